//! From two sides to a plan: renames are run and read back, then the rest is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use lockstep_core::annotation::SchemaAnnotations;
use lockstep_core::catalog::{Catalog, ObjectAddress, ObjectKind, State};
use lockstep_core::diagnostic::Diagnostic;
use lockstep_core::plan::{Allow, Form, Plan, PlanOptions, plan};
use lockstep_core::rename::{Candidate, Rename, RenamePolicy, RenameRequest, rename_steps, resolve_renames};
use lockstep_core::source::Span;
use lockstep_postgres::introspect::introspect;
use lockstep_postgres::settle::{is_needed, settle};

use crate::pipeline::side::{Side, accepted_live};
use crate::stop::Stop;

/// What the user decided about a change.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// The renames that were asked for.
    pub renames: Vec<RenameRequest>,
    /// What comes and is no rename, though it might be one.
    pub new: BTreeSet<ObjectAddress>,
    /// What might be a rename and was not asked for.
    pub policy: RenamePolicy,
    /// The hazards that are accepted.
    pub allow: Vec<Allow>,
    /// `@using`.
    pub using: BTreeMap<ObjectAddress, (String, Span)>,
    /// `@backfill`.
    pub backfill: BTreeMap<ObjectAddress, (String, Span)>,
    /// Whether others use the tables meanwhile.
    pub form: Form,
}

/// `--rename commerce.order.note=remark`: the path of an object as it is called now, and its new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenameFlag {
    old: String,
    new: String,
}

impl FromStr for RenameFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                Ok(Self { old: old.to_owned(), new: new.to_owned() })
            }
            _ => Err("write it as schema.table=new_name or schema.table.column=new_name".to_owned()),
        }
    }
}

impl RenameFlag {
    /// The rename, for a catalog that holds the object.
    ///
    /// # Errors
    /// When nothing in the catalog is called so.
    pub fn resolve(&self, current: &Catalog) -> Result<Rename, Diagnostic> {
        let Self { old, new } = self;
        let all = current.addresses();
        let named = |path: &str| all.iter().find(|address| address.key() == path).cloned();
        let found = named(old).or_else(|| enum_value(current, old)).or_else(|| named(&format!("public.{old}")));
        let Some(from) = found else {
            let message = format!("--rename {old}={new}: there is no {old}");
            return Err(Diagnostic::error("rename-matches-nothing", message)
                .hint("name it as the migrations left it: schema.table, schema.table.column or schema.type.value"));
        };
        let to = new_name(&from, new);
        match to.split_once('.') {
            Some((schema, _)) if current.schemas.keys().any(|name| name.as_str() == schema) => Err(Diagnostic::error(
                "rename-to-another-place",
                format!("--rename {old}={new}: a new name does not move {from} to another place"),
            )
            .hint(format!("give the name alone, such as `--rename {old}={}`", new.rsplit('.').next().unwrap_or(new)))),
            Some(_) | None => Ok(Rename { from, to: to.into() }),
        }
    }
}

/// The new name without the path of what the object is in: `schema.b` means `b` where `schema.a` is renamed.
fn new_name<'a>(from: &ObjectAddress, new: &'a str) -> &'a str {
    let own = Candidate::name(from).as_str();
    let path = from.key();
    let within = path.strip_suffix(own).filter(|within| !within.is_empty());
    within.and_then(|within| new.strip_prefix(within)).filter(|name| !name.is_empty()).unwrap_or(new)
}

fn enum_value(current: &Catalog, path: &str) -> Option<ObjectAddress> {
    current.enums.iter().find_map(|(name, enumeration)| {
        let value = enumeration.values.iter().find(|value| format!("{}.{value}", name.key()) == *path)?;
        Some(ObjectAddress::part(ObjectKind::Enum, name, value.as_str()))
    })
}

impl Decisions {
    /// What annotations and flags say together.
    #[must_use]
    pub fn new(
        annotations: &SchemaAnnotations,
        flags: Vec<Rename>,
        policy: RenamePolicy,
        allow: Vec<Allow>,
        form: Form,
    ) -> Self {
        let renames = annotations.renames.clone();
        let (using, backfill) = (annotations.using.clone(), annotations.backfill.clone());
        Self { renames, new: BTreeSet::new(), policy, allow, using, backfill, form }.with_flags(flags)
    }

    /// What the decisions mean for these two catalogs.
    fn options(&self, current: &Catalog, desired: &Catalog) -> Result<PlanOptions, Vec<Diagnostic>> {
        let texts = |annotations: &BTreeMap<ObjectAddress, (String, Span)>| {
            annotations.iter().map(|(address, (text, _))| (address.clone(), text.clone())).collect()
        };
        Ok(PlanOptions {
            using: texts(&self.using),
            backfill: texts(&self.backfill),
            allow: self.allow.clone(),
            renames: resolve_renames(current, desired, &self.renames, &self.new, self.policy)?,
            form: self.form,
        })
    }

    /// The same, with renames that flags ask for.
    #[must_use]
    pub fn with_flags(mut self, flags: Vec<Rename>) -> Self {
        self.renames.extend(flags.into_iter().map(|rename| RenameRequest { rename, span: None }));
        self
    }
}

/// Brings the texts of both sides that mean the same to the same form.
///
/// # Errors
/// When the server fails.
pub fn settled(current: &mut Side, desired: &mut Side) -> Result<(), Stop> {
    let before = std::mem::take(&mut current.state);
    let after = std::mem::take(&mut desired.state);
    (current.state, desired.state) = settle(current.scratch.client(), before, desired.scratch.client(), after)?;
    Ok(())
}

/// Plans what leads from `current` to `desired`. The database of `current` stays as it is: renames are run on a copy.
///
/// # Errors
/// Renames that nobody decided, hazards that nobody allowed.
pub fn planned(current: &mut Side, desired: &mut Side, decisions: &Decisions) -> Result<Plan, Stop> {
    let options = decisions.options(&current.state.catalog, &desired.state.catalog)?;
    let before = if options.renames.is_empty() {
        settled(current, desired)?;
        current.state.clone()
    } else {
        renamed(current, desired, &options.renames)?
    };
    Ok(plan(&before, &desired.state, &options)?)
}

/// Plans from what was read, where that is enough; none where renames must be run or texts settled, for which both sides
/// have to be on scratch databases.
///
/// # Errors
/// As [`planned`].
pub fn planned_as_read(current: &State, desired: &State, decisions: &Decisions) -> Result<Option<Plan>, Stop> {
    let options = decisions.options(&current.catalog, &desired.catalog)?;
    if !options.renames.is_empty() || is_needed(&current.catalog, &desired.catalog) {
        return Ok(None);
    }
    Ok(Some(plan(current, desired, &options)?))
}

fn renamed(current: &mut Side, desired: &mut Side, renames: &[Rename]) -> Result<State, Stop> {
    let mut copy = current.scratch.copy()?;
    for step in rename_steps(renames) {
        copy.client().batch_execute(&step.sql).map_err(|source| {
            let context = format!("cannot rename on a scratch database: {}", step.sql);
            anyhow::Error::new(source).context(context)
        })?;
    }
    let mut state = accepted_live(introspect(copy.client())?)?;
    state.catalog.roles.clone_from(&current.state.catalog.roles);
    if current.is_copy {
        state.facts.owners.clone_from(&current.state.facts.owners);
    }
    let mut side = Side { scratch: copy, state, declarations: Vec::new(), is_copy: current.is_copy };
    settled(&mut side, desired)?;
    Ok(side.state)
}
