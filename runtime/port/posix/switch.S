/* switch.S - x86-64 System V: protected calls and stack switches. */
#ifdef __x86_64__
	.text

/* int hd_port_catch(struct hd_jump *j, void (*fn)(void *), void *arg) */
	.globl hd_port_catch
	.type hd_port_catch, @function
hd_port_catch:
	pushq %rbp
	pushq %rbx
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	subq $8, %rsp
	movq %rsp, (%rdi)
	movq %rdx, %rdi
	call *%rsi
	xorl %eax, %eax
.Lleave:
	addq $8, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	ret
	.size hd_port_catch, . - hd_port_catch

/* void hd_posix_throw(struct hd_jump *j) */
	.globl hd_posix_throw
	.type hd_posix_throw, @function
hd_posix_throw:
	movq (%rdi), %rsp
	movl $1, %eax
	jmp .Lleave
	.size hd_posix_throw, . - hd_posix_throw

/* void hd_port_switch(void **from, void *to) */
	.globl hd_port_switch
	.type hd_port_switch, @function
hd_port_switch:
	pushq %rbp
	pushq %rbx
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	movq %rsp, (%rdi)
	movq %rsi, %rsp
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbx
	popq %rbp
	ret
	.size hd_port_switch, . - hd_port_switch

/* First activation of a stack: r12 = entry, r13 = arg. */
	.globl hd_posix_start
	.type hd_posix_start, @function
hd_posix_start:
	subq $8, %rsp		/* a call leaves it 8 past a multiple of 16 */
	movq %r13, %rdi
	call *%r12
	ud2
	.size hd_posix_start, . - hd_posix_start

/* void hd_trap_site(void): the address after the call names the site. */
	.globl hd_trap_site
	.type hd_trap_site, @function
hd_trap_site:
	movq (%rsp), %rdi
	movl $1, %esi		/* HD_TRAP_UNREACHABLE */
	andq $-16, %rsp
	call hd_trap_from
	.size hd_trap_site, . - hd_trap_site

/* void hd_fuel_out(void): no compiled code runs here that keeps values in
 * registers across it. */
	.globl hd_fuel_out
	.type hd_fuel_out, @function
hd_fuel_out:
	movq (%rsp), %rdi
	subq $8, %rsp
	call hd_fuel_spent
	addq $8, %rsp
	ret
	.size hd_fuel_out, . - hd_fuel_out
#endif
	.section .note.GNU-stack,"",@progbits
