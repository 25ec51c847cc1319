/* hold.c - several executors: threads, of which one at a time is inside. */
#include "port/port.h"

#include <pthread.h>

static pthread_mutex_t inside = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool held;

bool hd_port_hold(bool on)
{
	const bool before = held;

	if (on == before)
		return before;
	held = on;
	if (on)
		pthread_mutex_lock(&inside);
	else
		pthread_mutex_unlock(&inside);
	return before;
}
