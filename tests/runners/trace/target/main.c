/* main.c - the replay on a QEMU board: scenarios on standard input, one to a
 * line, verdicts on standard output. */
#include "board/semihost.h"
#include "core/core.h"
#include "lines.h"

#define LINE 400000

static char line[LINE];

const struct hd_module *const hd_app[] = { NULL };

static void verdict(uint32_t n)
{
	char text[256];
	uint32_t k = 0;

	lines_replay(line, n, text, sizeof text - 1);
	while (text[k])
		k++;
	text[k++] = '\n';
	sh_write(SH_STDOUT, text, k);
}

int main(void)
{
	static uint8_t chunk[16384];
	uint32_t n = 0, got;

	while ((got = sh_read(SH_STDIN, chunk, sizeof chunk)) > 0)
		for (uint32_t i = 0; i < got; i++) {
			if (chunk[i] != '\n') {
				if (n < LINE)
					line[n++] = (char)chunk[i];
				continue;
			}
			if (n > 2)
				verdict(n);
			n = 0;
		}
	return 0;
}
