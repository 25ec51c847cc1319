/* no_float.h - the float words of num.def for users that have no floats: such
 * rows must not be reached. */
#define F32_EQ(x, y) NULL
#define F32_LT(x, y) NULL
#define F32_LE(x, y) NULL
#define F32_ADD(x, y) NULL
#define F32_SUB(x, y) NULL
#define F32_MUL(x, y) NULL
#define F32_DIV(x, y) NULL
#define F32_MIN(x, y) NULL
#define F32_MAX(x, y) NULL
#define F32_NAN(x) NULL
#define F32_CEIL(x) NULL
#define F32_FLOOR(x) NULL
#define F32_TRUNC(x) NULL
#define F32_NEAREST(x) NULL
#define F32_SQRT(x) NULL
#define F32_CONVERT_I32_S(x) NULL
#define I32_TRUNC_SAT_F32_S(x) NULL
#define F32_CONVERT_I32_U(x) NULL
#define I32_TRUNC_SAT_F32_U(x) NULL
#define F32_CONVERT_I64_S(x) NULL
#define I64_TRUNC_SAT_F32_S(x) NULL
#define F32_CONVERT_I64_U(x) NULL
#define I64_TRUNC_SAT_F32_U(x) NULL
#define F64_EQ(x, y) NULL
#define F64_LT(x, y) NULL
#define F64_LE(x, y) NULL
#define F64_ADD(x, y) NULL
#define F64_SUB(x, y) NULL
#define F64_MUL(x, y) NULL
#define F64_DIV(x, y) NULL
#define F64_MIN(x, y) NULL
#define F64_MAX(x, y) NULL
#define F64_NAN(x) NULL
#define F64_CEIL(x) NULL
#define F64_FLOOR(x) NULL
#define F64_TRUNC(x) NULL
#define F64_NEAREST(x) NULL
#define F64_SQRT(x) NULL
#define F64_CONVERT_I32_S(x) NULL
#define I32_TRUNC_SAT_F64_S(x) NULL
#define F64_CONVERT_I32_U(x) NULL
#define I32_TRUNC_SAT_F64_U(x) NULL
#define F64_CONVERT_I64_S(x) NULL
#define I64_TRUNC_SAT_F64_S(x) NULL
#define F64_CONVERT_I64_U(x) NULL
#define I64_TRUNC_SAT_F64_U(x) NULL
#define F32_DEMOTE_F64(x) NULL
#define F64_PROMOTE_F32(x) NULL
