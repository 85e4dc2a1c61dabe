//! The nodes of a plan and the one order that all of them can be run in.
//!
//! A node is a unit with what is done to it. A part whose owner is created or dropped in the same plan is folded into
//! the owner's node where no other node has to come between the two.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::unit::Unit;

/// What is done to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Operation {
    /// It is dropped.
    Drop,
    /// A type that columns still have is renamed, to make room for its successor.
    Aside,
    /// It is created.
    Create,
    /// Some of its attributes are changed.
    Alter(Group),
}

/// Attributes that are changed together; the groups of one object in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// A column's identity goes.
    DropIdentity,
    /// A column's generation expression goes.
    DropExpression,
    /// A column's generation expression changes.
    SetExpression,
    /// A column's identity changes: its sequence has to fit the new type.
    AlterIdentity,
    /// A column's type and collation.
    Type,
    /// A column's `NOT NULL`.
    NotNull,
    /// A column's identity comes.
    AddIdentity,
    /// Whether a table is logged.
    Persistence,
    /// The text of a view or routine, or an attribute that is a unit.
    Definition,
    /// Everything else.
    Details,
}

/// What to do with a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circle {
    /// Give it back.
    Refuse,
    /// Leave out the need that closes it.
    Ignore,
}

/// The number of a node.
pub(crate) type NodeId = usize;

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) unit: Unit,
    pub(crate) operation: Operation,
}

/// The nodes and what has to come before what.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<Node>,
    ids: BTreeMap<Node, NodeId>,
    before: Vec<BTreeSet<NodeId>>,
    after: Vec<BTreeSet<NodeId>>,
    host: Vec<NodeId>,
    members: Vec<Vec<NodeId>>,
}

impl Graph {
    pub(crate) fn add(&mut self, unit: Unit, operation: Operation) {
        let node = Node { unit, operation };
        let id = self.nodes.len();
        self.ids.insert(node.clone(), id);
        self.nodes.push(node);
        self.before.push(BTreeSet::new());
        self.after.push(BTreeSet::new());
        self.host.push(id);
        self.members.push(vec![id]);
    }

    pub(crate) fn find(&self, unit: &Unit, operation: Operation) -> Option<NodeId> {
        self.ids.get(&Node { unit: unit.clone(), operation }).copied()
    }

    /// `later` comes after `earlier`.
    pub(crate) fn order(&mut self, earlier: NodeId, later: NodeId) {
        if earlier != later {
            self.before[later].insert(earlier);
            self.after[earlier].insert(later);
        }
    }

    /// The node that this one is folded into; itself if it is not.
    pub(crate) fn host(&self, id: NodeId) -> NodeId {
        self.host[id]
    }

    /// The nodes folded into a host, the host first.
    pub(crate) fn members(&self, host: NodeId) -> &[NodeId] {
        &self.members[host]
    }

    /// Folds a node, with all that is folded into it, into the host of another, unless something has to come between.
    pub(crate) fn fold(&mut self, part: NodeId, into: NodeId) -> bool {
        let (part, into) = (self.host[part], self.host[into]);
        if part == into {
            return true;
        }
        if self.is_between(part, into) || self.is_between(into, part) {
            return false;
        }
        for member in std::mem::take(&mut self.members[part]) {
            self.host[member] = into;
            self.members[into].push(member);
        }
        true
    }

    /// Whether a third node has to come after `earlier` and before `later`: looked for from both ends, until one is
    /// through.
    pub(crate) fn is_between(&self, earlier: NodeId, later: NodeId) -> bool {
        let mut forward = Search::new(self.neighbours(earlier, &self.after), later);
        let mut backward = Search::new(self.neighbours(later, &self.before), earlier);
        loop {
            match (forward.step(self, &self.after, earlier), backward.step(self, &self.before, later)) {
                (Some(true), _) | (_, Some(true)) => return true,
                (None, _) | (_, None) => return false,
                (Some(false), Some(false)) => {}
            }
        }
    }

    /// The hosts next to a host.
    fn neighbours(&self, host: NodeId, edges: &[BTreeSet<NodeId>]) -> BTreeSet<NodeId> {
        let members = self.members[host].iter();
        let mut hosts: BTreeSet<NodeId> =
            members.flat_map(|member| &edges[*member]).map(|other| self.host[*other]).collect();
        hosts.remove(&host);
        hosts
    }

    /// Whether `target` is among `pending` and all that has to come before them.
    fn reaches(&self, mut pending: Vec<NodeId>, target: NodeId) -> bool {
        let mut seen: BTreeSet<NodeId> = pending.iter().copied().collect();
        while let Some(id) = pending.pop() {
            if id == target {
                return true;
            }
            for earlier in self.hosts_before(id) {
                if seen.insert(earlier) {
                    pending.push(earlier);
                }
            }
        }
        false
    }

    /// The hosts that have to come right before this one.
    pub(crate) fn hosts_before(&self, host: NodeId) -> BTreeSet<NodeId> {
        self.neighbours(host, &self.before)
    }

    /// Like [`Graph::order`], unless the two are already the other way round.
    pub(crate) fn prefer(&mut self, earlier: NodeId, later: NodeId) {
        let (first, second) = (self.host[earlier], self.host[later]);
        if first != second && !self.reaches(vec![first], second) {
            self.order(earlier, later);
        }
    }

    /// All hosts in an order that holds; where it leaves a choice, each node is pulled in by the first that needs it,
    /// and those that nothing needs come by `priority`.
    ///
    /// # Errors
    /// The hosts of a cycle.
    pub(crate) fn sorted<P: Ord>(
        &self,
        priority: impl Fn(&Node) -> P,
        circle: Circle,
    ) -> Result<Vec<NodeId>, Vec<NodeId>> {
        let mut hosts: Vec<NodeId> = (0..self.nodes.len()).filter(|id| self.host[*id] == *id).collect();
        hosts.sort_by_cached_key(|id| priority(&self.nodes[*id]));
        let mut place = vec![0; self.nodes.len()];
        for (number, host) in hosts.iter().enumerate() {
            place[*host] = number;
        }
        let marks = vec![Mark::New; self.nodes.len()];
        let mut walk = Walk { graph: self, circle, place, marks, sorted: Vec::new() };
        for host in hosts {
            walk.visit(host)?;
        }
        Ok(walk.sorted)
    }
}

/// A walk along edges that looks for one host.
struct Search {
    pending: Vec<NodeId>,
    seen: BTreeSet<NodeId>,
    target: NodeId,
}

impl Search {
    /// Starts next to the place that it comes from; the direct edge to the target does not count.
    fn new(mut start: BTreeSet<NodeId>, target: NodeId) -> Self {
        start.remove(&target);
        Self { pending: start.iter().copied().collect(), seen: start, target }
    }

    /// Looks at one more host: none if there is none left, else whether the target is next to it.
    fn step(&mut self, graph: &Graph, edges: &[BTreeSet<NodeId>], origin: NodeId) -> Option<bool> {
        let host = self.pending.pop()?;
        for next in graph.neighbours(host, edges) {
            if next == self.target {
                return Some(true);
            }
            if next != origin && self.seen.insert(next) {
                self.pending.push(next);
            }
        }
        Some(false)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

struct Walk<'a> {
    graph: &'a Graph,
    circle: Circle,
    place: Vec<usize>,
    marks: Vec<Mark>,
    sorted: Vec<NodeId>,
}

impl Walk<'_> {
    /// Depth first without recursion: a chain of a thousand views is no deeper than the heap.
    fn visit(&mut self, start: NodeId) -> Result<(), Vec<NodeId>> {
        if self.marks[start] != Mark::New {
            return Ok(());
        }
        let mut path = vec![(start, self.earlier(start))];
        self.marks[start] = Mark::Open;
        while let Some((host, pending)) = path.last_mut() {
            let host = *host;
            match pending.pop() {
                None => {
                    self.marks[host] = Mark::Done;
                    self.sorted.push(host);
                    path.pop();
                }
                Some(next) => match self.marks[next] {
                    Mark::Done => {}
                    Mark::Open if self.circle == Circle::Ignore => {}
                    Mark::Open => {
                        let start = path.iter().position(|(host, _)| *host == next).unwrap_or(0);
                        return Err(path[start..].iter().map(|(host, _)| *host).collect());
                    }
                    Mark::New => {
                        self.marks[next] = Mark::Open;
                        path.push((next, self.earlier(next)));
                    }
                },
            }
        }
        Ok(())
    }

    /// What has to come before, the first of it last.
    fn earlier(&self, host: NodeId) -> Vec<NodeId> {
        let mut earlier: Vec<NodeId> = self.graph.hosts_before(host).into_iter().collect();
        earlier.sort_by_key(|id| std::cmp::Reverse(self.place[*id]));
        earlier
    }
}
