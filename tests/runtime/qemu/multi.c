/* multi.c - two executors on a board: the main loop, and an interrupt of its own.
 *
 * First in what order they run, and that a trap and a fault of one leave the
 * other alone; then the traffic of multi/traffic.h with SysTick at random
 * moments, more urgent than both, which puts words into mailboxes of both and
 * sets the executor's interrupt pending for nothing.
 */
#include "board/semihost.h"
#include "config.h"
#include "exec/callback.h"
#include "exec/executor.h"
#include "exec/loop.h"
#include "host/mailbox.h"
#include "host/script.h"
#include "machine.h"
#include "port/port.h"
#include "runtime/multi/traffic.h"

const struct hd_module *const hd_app[] = { NULL };

static uint32_t ended;
static bool ticking;		/* in the interrupt that is more urgent */

/* The runtime kicks from its inside, where it holds the others off. */
static void pend(struct hd_executor *e)
{
	uint32_t basepri;

	(void)e;
	__asm__ volatile("mrs %0, basepri" : "=r"(basepri));
	expect(ticking || basepri == CEILING, "the others are held off");
	NVIC_ISPR = 1u << IRQ;
}

static void executor(void)
{
	hd_executor_run(1);
}

/* --- order: callbacks of instances 2 (executor 1) and 3 (executor 0) --- */

static char seen[16];
static unsigned nseen;
static struct hd_channel *to_high, *to_low;
static enum { PLAIN, TRAP, FAULT } high_does;
static bool low_feeds = true;

static void see(char c)
{
	if (nseen + 1 < sizeof seen)
		seen[nseen++] = c;
}

static bool was_seen(const char *want)
{
	const char *s = seen;

	while (*s && *s == *want) {
		s++;
		want++;
	}
	const bool same = *s == *want;
	for (nseen = 0; nseen < sizeof seen; nseen++)
		seen[nseen] = 0;
	nseen = 0;
	return same;
}

/* Within it the less urgent executor is given something to do. */
static void high_called(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
	see('H');
	hd_host_feed(to_low, "x", 1);
	if (high_does == TRAP)
		hd_trap(HD_TRAP_UNREACHABLE);
	if (high_does == FAULT)
		__asm__ volatile("udf #0");
	see('h');
}

/* Within it the more urgent one is: it goes first. */
static void low_called(uint32_t event, uint32_t handle)
{
	(void)event;
	(void)handle;
	see('L');
	if (low_feeds)
		hd_host_feed(to_high, "y", 1);
	low_feeds = false;
	see('l');
}

static const struct hd_module high = {
	.callback = (void (*)(void))high_called, .callback_form = HD_CALLBACK_EVENT };
static const struct hd_module low = {
	.callback = (void (*)(void))low_called, .callback_form = HD_CALLBACK_EVENT };
static struct hd_task plain[2];
static uint8_t rings[2][16];

static struct hd_channel *channel(unsigned i, const struct hd_module *m,
				  unsigned executor_k, uint8_t *ring)
{
	uint32_t handle;

	hd_instance_init(&hd_instances[i], m, hd_slots + i * hd_nhandles,
			 hd_nhandles, &plain[i - 2]);
	hd_executor_bind(&hd_instances[i], executor_k);
	return hd_host_stream(&hd_instances[i], 1, ring, 16, &handle, NULL);
}

static void order(void)
{
	to_high = channel(2, &high, 1, rings[0]);
	to_low = channel(3, &low, 0, rings[1]);
	hd_host_feed(to_low, "x", 1);
	hd_step_once();
	expect(was_seen("LHhl"), "the more urgent executor goes first, and last to return is the other");
	hd_step_once();
	expect(was_seen("Ll"), "what it gave the other to do comes after");
	expect(!hd_step_once(), "nothing is left");
	high_does = TRAP;
	hd_host_feed(to_high, "y", 1);
	expect(was_seen("H"), "a trap ends the callback");
	expect(hd_instances[2].trap.kind == HD_TRAP_UNREACHABLE, "and is its instance's");
	hd_step_once();
	expect(was_seen("Ll") && !hd_poisoned(&hd_instances[3]), "the other goes on");
	high_does = FAULT;
	hd_host_release(to_high);
	hd_instances[2] = (struct hd_instance){ 0 };
	to_high = channel(2, &high, 1, rings[0]);
	hd_host_feed(to_high, "y", 1);
	expect(was_seen("H") && hd_instances[2].trap.kind == HD_TRAP_HARD_FAULT,
	       "a fault is a trap of the interrupt's guest");
	hd_step_once();
	expect(was_seen("Ll") && !hd_poisoned(&hd_instances[3]), "the other goes on");
}

/* --- traffic --- */

static uint32_t random = 12345;
static struct hd_mailbox boxes[2];
static struct hd_mail places[2][8];
static uint32_t got[2], accepted[2], ticks, interrupted[2];

void traffic_pause(uint32_t r)
{
	/* the longer, the likelier is an interrupt just here */
	for (volatile uint32_t n = r % 32; n > 0; n--)
		;
}

void traffic_ended(void)
{
	ended++;
}

static void deliver(struct hd_mailbox *m, uint32_t word)
{
	const uint32_t k = (uint32_t)(m - boxes);

	expect(hd_self == &hd_executors[k], "a mailbox is its executor's");
	got[k] += word;
	traffic_alarm(k);
}

static void tick(void)
{
	random = random * 1664525u + 1013904223u;
	ticks++;
	ticking = true;
	interrupted[hd_self == &hd_executors[1]]++;
	const unsigned k = random >> 31;
	if (hd_mailbox_put(&boxes[k], ticks))
		accepted[k] += ticks;
	if (random & 0x40000000u)
		NVIC_ISPR = 1u << IRQ;
	ticking = false;
	SYST_RVR = 300 + (random >> 8) % 4000;
}

/* --- the machine --- */

static void machine(void)
{
	hd_executors[1].kick = pend;
	machine_executor(tick, executor);
}

/* Without alarms nothing but what the executors tell each other wakes them. */
static void traffic(unsigned producers_at, bool alarms)
{
	ended = 0;
	traffic_start(alarms ? ROUNDS / 10 : ROUNDS, 5, producers_at, alarms);
	SYST_RVR = 1000;
	SYST_CVR = 0;
	SYST_CSR = alarms ? 7 : 0;
	while (ended < PAIRS && !traffic_wrong) {
		hd_run();
		hd_port_idle();
	}
	SYST_CSR = 0;
	hd_run();
	expect(!traffic_wrong, traffic_wrong);
	expect(traffic_clean(), "nothing is left over");
}

int main(void)
{
	struct hd_outer outer;

	machine();
	hd_executor_begin(1, &outer);
	hd_mailbox_init(&boxes[1], places[1], 8, deliver, NULL);
	hd_executor_end(&outer);
	hd_executor_begin(0, &outer);
	hd_mailbox_init(&boxes[0], places[0], 8, deliver, NULL);
	order();
	traffic(0, false);
	const struct traffic_seen *a = &traffic_seen[0], *b = &traffic_seen[1];
	expect(b->reads_blocked && a->calls_cancelled && b->cancelled_late &&
	       b->futures_blocked, "all of the less urgent producers");
	traffic(1, false);
	expect(a->writes_blocked && a->writes_cancelled && a->cancelled_early &&
	       a->futures_blocked, "all of the less urgent consumers");
	traffic(0, true);
	traffic(1, true);
	hd_executor_end(&outer);
	expect(got[0] == accepted[0] && got[1] == accepted[1], "no word is lost");
	expect(interrupted[0] > 100 && interrupted[1] > 100,
	       "both executors were interrupted");
	sh_puts(SH_STDOUT, "ok - executors\n");
	return 0;
}
