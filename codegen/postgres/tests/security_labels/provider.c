/* A provider of security labels that takes every label. PostgreSQL brings none along that works everywhere. */
#include "postgres.h"
#include "commands/seclabel.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

void _PG_init(void);

static void
take(const ObjectAddress *object, const char *label)
{
}

void
_PG_init(void)
{
	register_label_provider("lockstep one", take);
	register_label_provider("lockstep_two", take);
}
