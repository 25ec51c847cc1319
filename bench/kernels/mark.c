#include "wl.h"
/* What small processors are rated with: a linked list that is searched, reversed and merge sorted, matrices of 16-bit numbers, a
 * state machine that scans numbers, and a CRC over all results.  Many small functions, calls through pointers, no loop that counts most. */
typedef struct item { i16 key, index; } item;
typedef struct node { struct node *next; item *item; } node;
enum { ITEMS = 64, DIM = 9, TEXT = 400 };
static node nodes[ITEMS]; static item items[ITEMS]; static node *list;
static i16 ma[DIM * DIM], mb[DIM * DIM]; static i32 mc[DIM * DIM];
static u8 text[TEXT + 16];

/* --- CRC-16 ------------------------------------------------------------------ */
static u16 crc8(u8 byte, u16 crc) {
  for (u32 i = 0; i < 8; i++) { u32 bit = (byte ^ crc) & 1; byte >>= 1; crc >>= 1; if (bit) crc ^= 0xa001; }
  return crc; }
NOINLINE static u16 crc16(u16 v, u16 crc) { return crc8((u8)(v >> 8), crc8((u8)v, crc)); }
NOINLINE static u16 crc32_16(u32 v, u16 crc) { return crc16((u16)(v >> 16), crc16((u16)v, crc)); }

/* --- list --------------------------------------------------------------------- */
typedef i32 (*order)(const item *a, const item *b);
static i32 by_index(const item *a, const item *b) { return a->index - b->index; }
/* The key's low bits, run through the CRC as work; the order of what that gives. */
static i32 by_value(const item *a, const item *b) {
  u16 x = crc16((u16)(a->key & 0x7f), 0x1234), y = crc16((u16)(b->key & 0x7f), 0x1234);
  return (i32)x - (i32)y; }
NOINLINE static node *find(node *n, i16 key, i16 index) {
  if (index >= 0) while (n && n->item->index != index) n = n->next;
  else while (n && (n->item->key & 0xff) != key) n = n->next;
  return n; }
NOINLINE static node *reverse(node *n) {
  node *done = 0;
  while (n) { node *next = n->next; n->next = done; done = n; n = next; }
  return done; }
NOINLINE static node *sort(node *l, order before) {
  for (u32 size = 1;; size *= 2) {
    node *p = l, *tail = 0; u32 merges = 0; l = 0;
    while (p) {
      node *q = p; u32 np = 0, nq = size; merges++;
      while (np < size && q) { np++; q = q->next; }
      while (np > 0 || (nq > 0 && q)) {
        node *e;
        if (np == 0) { e = q; q = q->next; nq--; }
        else if (nq == 0 || !q || before(p->item, q->item) <= 0) { e = p; p = p->next; np--; }
        else { e = q; q = q->next; nq--; }
        if (tail) tail->next = e; else l = e;
        tail = e; }
      p = q; }
    tail->next = 0;
    if (merges <= 1) return l; } }
NOINLINE static u16 list_work(u32 round) {
  u16 crc = 0; u32 found = 0, missed = 0;
  for (u32 i = 0; i < 24; i++) {
    node *n = find(list, (i16)((i * 7 + round) & 0xff), (i & 1) ? (i16)(i * 3) : -1);
    list = reverse(list);
    if (!n) { missed++; crc = crc16((u16)(list->item->key >> 8), crc); }
    else {
      found++;
      if (n->item->key & 1) crc = crc16((u16)(n->item->key >> 9), crc);
      if (n->next && n->next->next) { node *m = n->next; n->next = m->next; m->next = list; list = m; } } }
  list = sort(list, by_value);
  for (node *n = list; n; n = n->next) crc = crc16((u16)n->item->key, crc);
  list = sort(list, by_index);
  for (node *n = list; n; n = n->next) crc = crc16((u16)n->item->index, crc);
  return crc32_16(found * 4 - missed, crc); }

/* --- matrices ------------------------------------------------------------------- */
static i16 clip(i32 v, i32 mask) { v &= mask; return (i16)(v > mask / 2 ? v - mask : v); }
NOINLINE static void add_constant(i16 *a, i16 v) { for (u32 i = 0; i < DIM * DIM; i++) a[i] = (i16)(a[i] + v); }
NOINLINE static void scale(i32 *c, const i16 *a, i16 v) { for (u32 i = 0; i < DIM * DIM; i++) c[i] = (i32)a[i] * v; }
NOINLINE static void by_vector(i32 *c, const i16 *a, const i16 *b) {
  for (u32 i = 0; i < DIM; i++) { c[i] = 0; for (u32 j = 0; j < DIM; j++) c[i] += (i32)a[i * DIM + j] * b[j]; } }
NOINLINE static void multiply(i32 *c, const i16 *a, const i16 *b) {
  for (u32 i = 0; i < DIM; i++) for (u32 j = 0; j < DIM; j++) {
    i32 s = 0; for (u32 k = 0; k < DIM; k++) s += (i32)a[i * DIM + k] * b[k * DIM + j];
    c[i * DIM + j] = s; } }
NOINLINE static void multiply_bits(i32 *c, const i16 *a, const i16 *b) {
  for (u32 i = 0; i < DIM; i++) for (u32 j = 0; j < DIM; j++) {
    i32 s = 0; for (u32 k = 0; k < DIM; k++) { i32 t = (i32)a[i * DIM + k] * b[k * DIM + j]; s += ((t >> 2) & 15) * ((t >> 5) & 127); }
    c[i * DIM + j] = s; } }
NOINLINE static u16 sum(const i32 *c, i32 limit) {
  i32 total = 0, last = 0; i16 r = 0;
  for (u32 i = 0; i < DIM * DIM; i++) {
    total += c[i];
    if (total > limit) { r += 10; total = 0; } else r += c[i] > last;
    last = c[i]; }
  return (u16)r; }
NOINLINE static u16 matrix_work(i16 v) {
  u16 crc = 0; i32 limit = (i32)0xfffff000 | v;
  add_constant(ma, v);
  scale(mc, ma, v); crc = crc16(sum(mc, limit), crc);
  by_vector(mc, ma, mb); crc = crc16(sum(mc, limit), crc);
  multiply(mc, ma, mb); crc = crc16(sum(mc, limit), crc);
  multiply_bits(mc, ma, mb); crc = crc16(sum(mc, limit), crc);
  add_constant(ma, (i16)-v);
  return crc; }

/* --- numbers in a text -------------------------------------------------------------- */
enum state { START, INVALID, SIGN, INTEGER, POINT, EXPONENT, EXPSIGN, SCIENTIFIC, STATES };
static u32 digit(u8 c) { return c >= '0' && c <= '9'; }
NOINLINE static enum state scan(const u8 **at, u32 *count) {
  const u8 *s = *at; enum state st = START;
  for (; *s && st != INVALID; s++) {
    u8 c = *s;
    if (c == ',') { s++; break; }
    switch (st) {
    case START: st = digit(c) ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID; if (st == INVALID) count[INVALID]++; count[START]++; break;
    case SIGN: if (digit(c)) st = INTEGER; else if (c == '.') st = POINT; else st = INVALID; count[SIGN]++; break;
    case INTEGER: if (c == '.') { st = POINT; count[INTEGER]++; } else if (!digit(c)) { st = INVALID; count[INTEGER]++; } break;
    case POINT: if (c == 'E' || c == 'e') { st = EXPONENT; count[POINT]++; } else if (!digit(c)) { st = INVALID; count[POINT]++; } break;
    case EXPONENT: if (c == '+' || c == '-') st = EXPSIGN; else st = INVALID; count[EXPONENT]++; break;
    case EXPSIGN: if (digit(c)) st = SCIENTIFIC; else st = INVALID; count[EXPSIGN]++; break;
    case SCIENTIFIC: if (!digit(c)) { st = INVALID; count[INVALID]++; } break;
    default: break; } }
  *at = s;
  return st; }
NOINLINE static u16 text_work(u32 step, u16 crc) {
  u32 ends[STATES], seen[STATES];
  for (u32 i = 0; i < STATES; i++) ends[i] = seen[i] = 0;
  for (u32 turn = 0; turn < 2; turn++) {
    const u8 *s = text;
    while (*s) ends[scan(&s, seen)]++;
    for (u32 i = 0; i < TEXT; i += step) if (text[i] != ',') text[i] ^= 0x15; }
  for (u32 i = 0; i < STATES; i++) crc = crc32_16(seen[i], crc32_16(ends[i], crc));
  return crc; }

/* --- all of it ------------------------------------------------------------------------ */
void init(void) {
  static const char *const word[8] = { "5012", "1234", "-874", "+122", "35.54400", "-110.700", "5.500e+3", "T0.3e-1F" };
  u32 s = 7, at = 0;
  for (u32 i = 0; i < ITEMS; i++) {
    items[i].key = (i16)(lcg(&s) >> 16); items[i].index = (i16)i;
    nodes[i].item = &items[i]; nodes[i].next = i + 1 < ITEMS ? &nodes[i + 1] : 0; }
  list = nodes;
  for (u32 i = 0; i < DIM * DIM; i++) { ma[i] = clip((i32)(lcg(&s) >> 16), 0xff); mb[i] = clip((i32)(lcg(&s) >> 16), 0xff); }
  while (at < TEXT - 16) { const char *w = word[lcg(&s) >> 29]; while (*w) text[at++] = (u8)*w++; text[at++] = ','; }
  text[at] = 0; }
u32 run(u32 n) {
  u16 crc = 0;
  for (u32 i = 0; i < n; i++) { crc = crc16(list_work(i), crc); crc = crc16(matrix_work((i16)(i | 1)), crc); crc = text_work(5 + (i & 3), crc); }
  return crc; }
