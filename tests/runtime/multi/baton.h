/* baton.h - threads of which one runs at a time, until a point at which a seed says
 * who goes on: each run of a seed is the same.
 *
 * Actors are such threads, on stacks of their own, between which hd_executor_switch
 * switches.  All of them share one lock, hd_port_hold's, and
 * each has a bell.  When none can go on, all of them wait for bells: that is how a
 * run ends, or where somebody was not told of something.
 */
#ifndef RT_BATON_H
#define RT_BATON_H

#include <stdbool.h>
#include <stdint.h>

#define ACTORS	3

/* Runs body(k) for each actor k < n, in the order of a seed, until all have ended or
 * wait for their bells.  Returns whether all have ended; those that have not,
 * or take too long, never go on. */
bool baton_run(uint32_t n, uint32_t seed, void (*body)(uint32_t k));

/* Another may go on here.  Outside of actors, nothing. */
void baton_point(void);

/* Rings the bell of k; waits for one's own, which takes one ring. */
void baton_ring(uint32_t k);
void baton_wait(void);

/* How often it went on to another. */
extern uint32_t baton_passed;

#endif
