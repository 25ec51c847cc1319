/* mailbox.pml - host/mailbox.c: a bounded queue with turns, two nested
 * interrupts and the executor.
 *
 * Interrupts run to completion and preempt: B may preempt A, either preempts
 * the executor at any point.  Checked: each accepted word is delivered exactly
 * once, words of one producer in order, and when the executor goes idle with
 * nothing ready no word is left (no lost wake-up). */
#define SIZE 2
#define PUTS 3

byte turn[SIZE], word[SIZE];
byte tail, head;
bit ready;
bit inA, inB;			/* interrupts active */
byte accepted, delivered;
byte lastA, lastB;
byte idle;

#define MAY_EXEC (!inA && !inB)
#define MAY_A    (!inB)

inline put(v, guard)
{
	byte at, t;
	bit cas;
	(guard); at = tail;
	do
	:: (guard) -> t = turn[at % SIZE];
		if
		:: t < at -> break			/* full */
		:: t > at -> (guard); at = tail
		:: t == at ->
			atomic { (guard); cas = (tail == at); if :: cas -> tail = at + 1 :: else -> at = tail fi }
			if
			:: cas ->
				(guard); word[at % SIZE] = v;
				(guard); turn[at % SIZE] = at + 1;
				(guard); ready = 1; accepted++;
				break
			:: else
			fi
		fi
	od
}

proctype A()
{
	byte i = 0;
	do
	:: i < PUTS ->
		atomic { (!inA && !inB); inA = 1 }
		i++;
		put(i, MAY_A);
		atomic { MAY_A; inA = 0 }
	:: else -> break
	od
}

proctype B()
{
	byte i = 0;
	do
	:: i < PUTS ->
		atomic { (!inB); inB = 1 }
		i++;
		put(i + 10, true);
		inB = 0
	:: else -> break
	od
}

proctype executor()
{
	byte v;
	bit r;
end:	do
	:: atomic { MAY_EXEC && ready; ready = 0 }	/* exchange */
		do
		:: MAY_EXEC && turn[head % SIZE] == head + 1 ->
			MAY_EXEC; v = word[head % SIZE];
			MAY_EXEC; turn[head % SIZE] = head + SIZE;
			head++;
			delivered++;
			if
			:: v > 10 -> assert(v - 10 > lastB); lastB = v - 10
			:: else -> assert(v > lastA); lastA = v
			fi
		:: MAY_EXEC && turn[head % SIZE] != head + 1 -> break
		od
	:: atomic { MAY_EXEC && !ready } ->		/* about to idle */
		atomic {
			if
			:: MAY_EXEC && !ready -> assert(delivered == accepted)
			:: else
			fi
		}
	od
}

init
{
	atomic {
		turn[1] = 1;
		run A();
		run B();
		run executor()
	}
}
