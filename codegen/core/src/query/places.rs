//! Where the bytes of a text stand in the text that it was made of.

/// The places of a text: it grows along with the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Sorted; from each of them on the bytes stand one after another in both texts, up to the next.
    runs: Vec<(usize, usize)>,
}

impl Places {
    /// Those of a text that is all of another from a byte of it on.
    #[must_use]
    pub fn from(start: usize) -> Self {
        Self { runs: vec![(0, start)] }
    }

    /// From `offset` on, the text is what stands at `place` in the other one.
    pub fn push(&mut self, offset: usize, place: usize) {
        self.runs.push((offset, place));
    }

    /// Where a byte stands in the other text.
    #[must_use]
    pub fn place(&self, offset: usize) -> usize {
        let run = self.runs.iter().rev().find(|(from, _)| *from <= offset);
        run.map_or(offset, |(from, place)| place + (offset - from))
    }

    /// Where the bytes of a range stand.
    #[must_use]
    pub fn range(&self, range: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        let start = self.place(range.start);
        start..self.place(range.end).max(start)
    }

    /// The same, as far as the other text stands in a third one.
    #[must_use]
    pub fn through(&self, further: &Self) -> Self {
        let mut runs = Vec::new();
        for (number, (from, place)) in self.runs.iter().enumerate() {
            runs.push((*from, further.place(*place)));
            let length = self.runs.get(number + 1).map_or(usize::MAX, |(next, _)| next - from);
            let inside = further.runs.iter().filter(|(start, _)| *start > *place && start - place < length);
            runs.extend(inside.map(|(start, there)| (from + (start - place), *there)));
        }
        Self { runs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_through_two_texts() {
        // `a  b` became `a b`, and stood as `"a\x20 b"` in a file.
        let mut squeezed = Places::default();
        squeezed.push(0, 0);
        squeezed.push(2, 3);
        let mut literal = Places::from(1);
        literal.push(1, 2);
        literal.push(2, 6);
        let whole = squeezed.through(&literal);
        assert_eq!([whole.place(0), whole.place(1), whole.place(2), whole.place(3)], [1, 2, 7, 8]);
        assert_eq!(whole.range(&(2..3)), 7..8);
    }
}
