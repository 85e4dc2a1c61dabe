//! Which stage goes into which file.
//!
//! In: the hosts of a graph in an order that holds. Out: files in which whatever needs something comes after it, what
//! breaks the old binary comes last, and nothing that takes long shares a transaction with a lock that stops others.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{ConstraintKind, ObjectAddress, ObjectKind};
use crate::plan::fate::Fate;
use crate::plan::graph::{Graph, Group, NodeId, Operation};
use crate::plan::stage::{Class, Stage, Stages, Swap};
use crate::plan::steps::Emitter;
use crate::plan::unit::Unit;
use crate::plan::{Phase, PlannedFile, TransactionMode};

/// A stage with the stages that have to come before it, by their numbers.
struct Item {
    stage: Stage,
    needs: BTreeSet<usize>,
}

/// The files of all hosts. `wrap` adds to a host's stages what has to stand around them.
pub(crate) fn files(
    emitter: &Emitter,
    graph: &Graph,
    sorted: &[NodeId],
    wrap: impl Fn(NodeId, Stages) -> Stages,
) -> Vec<PlannedFile> {
    let swaps = swaps(emitter, graph, sorted);
    cut(emitter, graph, sorted, &swaps, &wrap)
        // Two swaps can be in each other's way: then the old ones go before the new ones come.
        .or_else(|| cut(emitter, graph, sorted, &BTreeMap::new(), &wrap))
        .expect("needs point backwards in the order, so some stage is always next")
}

fn cut(
    emitter: &Emitter,
    graph: &Graph,
    sorted: &[NodeId],
    swaps: &BTreeMap<NodeId, NodeId>,
    wrap: &impl Fn(NodeId, Stages) -> Stages,
) -> Option<Vec<PlannedFile>> {
    let mut items = Items::new(emitter, graph, sorted, swaps, wrap);
    items.link();
    items.pull_forward();
    items.drop_late();
    rounds(&items.items)
}

/// The indexes and keys that can be built before the old one goes: from the node that drops to the one that creates.
fn swaps(emitter: &Emitter, graph: &Graph, sorted: &[NodeId]) -> BTreeMap<NodeId, NodeId> {
    let candidates = sorted.iter().filter(|host| graph.members(**host).len() == 1).filter_map(|host| {
        let node = &graph.nodes[*host];
        let Unit::Object(address) = &node.unit else { return None };
        let is_key = || {
            [&emitter.sides.current, &emitter.sides.desired].into_iter().all(|side| {
                side.constraint(address).is_some_and(|constraint| match constraint.kind {
                    ConstraintKind::PrimaryKey | ConstraintKind::Unique => true,
                    ConstraintKind::Check | ConstraintKind::Exclusion | ConstraintKind::ForeignKey => false,
                })
            })
        };
        let is_index = address.kind == ObjectKind::Index && emitter.builds_concurrently(address);
        let is_swappable = is_index || address.kind == ObjectKind::Constraint && is_key();
        let is_replaced = node.operation == Operation::Drop && emitter.fate(address) == Some(Fate::Replace);
        let create = graph.find(&node.unit, Operation::Create)?;
        let stands_alone = graph.host(create) == create && graph.members(create).len() == 1;
        (is_swappable && is_replaced && stands_alone && emitter.owner_stays(address)).then_some((*host, create))
    });
    candidates.filter(|(drop, create)| !graph.is_between(*drop, *create)).collect()
}

struct Items<'a> {
    emitter: &'a Emitter<'a>,
    graph: &'a Graph,
    swaps: &'a BTreeMap<NodeId, NodeId>,
    sorted: &'a [NodeId],
    /// The first item of each host, and its stages.
    hosts: BTreeMap<NodeId, (usize, Stages)>,
    items: Vec<Item>,
}

impl<'a> Items<'a> {
    fn new(
        emitter: &'a Emitter<'a>,
        graph: &'a Graph,
        sorted: &'a [NodeId],
        swaps: &'a BTreeMap<NodeId, NodeId>,
        wrap: &impl Fn(NodeId, Stages) -> Stages,
    ) -> Self {
        let (mut hosts, mut items) = (BTreeMap::new(), Vec::new());
        let creations: BTreeSet<NodeId> = swaps.values().copied().collect();
        for host in sorted {
            let is_swap = swaps.contains_key(host) || creations.contains(host);
            let swap = if is_swap { Swap::Yes } else { Swap::No };
            let stages = wrap(*host, emitter.stages(graph, *host, swap));
            let first = items.len();
            for (place, stage) in stages.stages.iter().enumerate() {
                let needs = (place > 0).then(|| first + place - 1).into_iter().collect();
                items.push(Item { stage: stage.clone(), needs });
            }
            hosts.insert(*host, (first, stages));
        }
        Self { emitter, graph, swaps, sorted, hosts, items }
    }

    /// The needs of the graph, as far as the order keeps them.
    fn link(&mut self) {
        let places: BTreeMap<NodeId, usize> =
            self.sorted.iter().enumerate().map(|(place, host)| (*host, place)).collect();
        for host in self.sorted {
            let (first, takes_name) = (self.hosts[host].0, self.hosts[host].1.takes_name);
            let earlier = self.graph.hosts_before(*host);
            for earlier in earlier.into_iter().filter(|earlier| places[earlier] < places[host]) {
                let is_own_drop = self.swaps.get(&earlier) == Some(host);
                let (from, to) = match self.swaps.get(&earlier) {
                    Some(create) if !is_own_drop => (self.last(*create), first),
                    Some(_) => (self.last(earlier), first + takes_name),
                    None => (self.arrival(earlier, *host), first),
                };
                self.items[to].needs.insert(from);
            }
        }
    }

    fn last(&self, host: NodeId) -> usize {
        let (first, stages) = &self.hosts[&host];
        first + stages.stages.len().saturating_sub(1)
    }

    /// The item of `earlier` after which `later` can be.
    fn arrival(&self, earlier: NodeId, later: NodeId) -> usize {
        let (first, stages) = &self.hosts[&earlier];
        let later = &self.graph.nodes[later];
        if later.operation == Operation::Drop || later.unit == self.graph.nodes[earlier].unit {
            return self.last(earlier);
        }
        let desired = &self.emitter.sides.desired;
        match &later.unit {
            // A key wants its columns NOT NULL, be it only to be a replica identity.
            Unit::Object(address) if desired.is_key(address) => self.last(earlier),
            // What a parent passes on does not go with a `NOT NULL` below that is not validated yet.
            Unit::Object(address) if address.kind == ObjectKind::Column && self.is_not_null_of(earlier, address) => {
                self.last(earlier)
            }
            Unit::Object(address) if matches!(address.kind, ObjectKind::Constraint | ObjectKind::Index) => {
                first + stages.filled
            }
            Unit::ReplicaIdentity(_) if !self.is_swapped_in(earlier) => self.last(earlier),
            Unit::Object(_)
            | Unit::Default(_)
            | Unit::Ownership(_)
            | Unit::ReplicaIdentity(_)
            | Unit::Cluster(_)
            | Unit::Parentage(_)
            | Unit::Privileges(_)
            | Unit::SecurityLabels(_) => first + stages.named,
        }
    }

    /// Whether a host changes the `NOT NULL` of a namesake of the column.
    fn is_not_null_of(&self, host: NodeId, column: &ObjectAddress) -> bool {
        let node = &self.graph.nodes[host];
        node.operation == Operation::Alter(Group::NotNull) && node.unit.address().part == column.part
    }

    fn is_swapped_in(&self, host: NodeId) -> bool {
        self.swaps.values().any(|create| *create == host)
    }

    /// What can wait does not keep what cannot.
    fn pull_forward(&mut self) {
        let hurried: BTreeSet<usize> = self
            .items
            .iter()
            .filter(|item| item.stage.phase != Phase::Contract)
            .flat_map(|item| item.needs.iter().copied())
            .collect();
        for (number, item) in self.items.iter_mut().enumerate() {
            if item.stage.can_wait && hurried.contains(&number) {
                item.stage.phase = Phase::Expand;
            }
        }
    }

    /// What is dropped only to be created again is dropped as late as can be, so that both are in one file and nobody
    /// meets the moment in between.
    fn drop_late(&mut self) {
        let is_cut = |item: &Item| item.stage.class != Class::Together || item.stage.phase == Phase::Contract;
        if !self.items.iter().any(is_cut) {
            return;
        }
        let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.items.len()];
        for (number, item) in self.items.iter().enumerate() {
            for need in &item.needs {
                after[*need].insert(number);
            }
        }
        for (drop, create) in self.replaced() {
            let before = reach(create, |number| &self.items[number].needs);
            let mut late: Vec<usize> = before.into_iter().filter(|number| is_cut(&self.items[*number])).collect();
            if late.is_empty() {
                continue;
            }
            let needing = reach(drop, |number| &after[number]);
            late.retain(|number| *number != drop && !needing.contains(number));
            for number in late {
                self.items[drop].needs.insert(number);
                after[number].insert(drop);
            }
        }
    }

    /// The last item of the drop, and of the creation, of each unit that is dropped and created again.
    fn replaced(&self) -> Vec<(usize, usize)> {
        let drops = self.graph.nodes.iter().enumerate().filter(|(_, node)| node.operation == Operation::Drop);
        let pairs = drops.filter_map(|(drop, node)| {
            let create = self.graph.find(&node.unit, Operation::Create)?;
            let (drop, create) = (self.graph.host(drop), self.graph.host(create));
            (drop != create).then(|| (self.last(drop), self.last(create)))
        });
        pairs.collect()
    }
}

/// Everything that can be reached along `next`.
fn reach<'a>(from: usize, next: impl Fn(usize) -> &'a BTreeSet<usize>) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let mut pending: Vec<usize> = next(from).iter().copied().collect();
    while let Some(number) = pending.pop() {
        if seen.insert(number) {
            pending.extend(next(number));
        }
    }
    seen
}

/// Takes what can be taken, class by class, until all is taken; none where nothing can be.
fn rounds(items: &[Item]) -> Option<Vec<PlannedFile>> {
    let mut rounds = Rounds { items, done: vec![false; items.len()], files: Vec::new(), allowed: Phase::Backfill };
    while rounds.done.contains(&false) {
        let before = rounds.left();
        rounds.round();
        if rounds.left() == before {
            if rounds.allowed == Phase::Contract {
                return None;
            }
            rounds.allowed = Phase::Contract;
        }
    }
    Some(rounds.files)
}

struct Rounds<'a> {
    items: &'a [Item],
    done: Vec<bool>,
    files: Vec<PlannedFile>,
    /// Nothing that breaks the old binary is taken while there is something else to do.
    allowed: Phase,
}

impl Rounds<'_> {
    fn left(&self) -> usize {
        self.done.iter().filter(|done| !**done).count()
    }

    fn round(&mut self) {
        let mut together = Vec::new();
        loop {
            let before = together.len();
            // One at a time: what comes first in the order stays first, and makes way for the next.
            for number in 0..self.items.len() {
                if self.is_ready(number, Class::Together) {
                    self.done[number] = true;
                    together.push(number);
                }
            }
            if together.len() == before {
                break;
            }
        }
        self.write(&together, TransactionMode::Yes);
        let backfill = self.take(Class::Backfill);
        self.write(&backfill, TransactionMode::No);
        for alone in self.take(Class::Alone) {
            self.write(&[alone], TransactionMode::No);
        }
        let validation = self.take(Class::Validation);
        self.write(&validation, TransactionMode::No);
    }

    fn is_ready(&self, number: usize, class: Class) -> bool {
        let Item { stage, needs } = &self.items[number];
        !self.done[number]
            && stage.class == class
            && stage.phase <= self.allowed
            && needs.iter().all(|need| self.done[*need])
    }

    fn take(&mut self, class: Class) -> Vec<usize> {
        let taken: Vec<usize> = (0..self.items.len()).filter(|number| self.is_ready(*number, class)).collect();
        taken.iter().for_each(|number| self.done[*number] = true);
        taken
    }

    fn write(&mut self, numbers: &[usize], transaction: TransactionMode) {
        let stages = || numbers.iter().map(|number| &self.items[*number].stage);
        let steps: Vec<_> = stages().flat_map(|stage| stage.steps.iter().cloned()).collect();
        let phase = stages().map(|stage| stage.phase).max().unwrap_or_default();
        if !steps.is_empty() {
            self.files.push(PlannedFile { transaction, phase, steps });
        }
    }
}
