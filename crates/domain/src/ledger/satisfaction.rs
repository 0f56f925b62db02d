//! What customers said of how it went.

/// Whether a customer was asked, and what they chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Whether they were; else Meta did not let the question out.
    pub asked: bool,
    /// 1 to 5; `None`: nothing yet.
    pub score: Option<u8>,
}

/// What customers said, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Satisfaction {
    /// Who was asked.
    pub asked: u64,
    /// Who was to be asked and could not be.
    pub not_asked: u64,
    /// How many chose each score, 1 to 5.
    pub scores: [u64; 5],
}

impl Satisfaction {
    /// Adds one.
    pub fn add(&mut self, one: Asked) {
        if one.asked {
            self.asked += 1;
        } else {
            self.not_asked += 1;
        }
        let place = one.score.and_then(|score| usize::from(score).checked_sub(1));
        if let Some(count) = place.and_then(|place| self.scores.get_mut(place)) {
            *count += 1;
        }
    }

    /// Adds all of another line.
    pub fn merge(&mut self, other: Satisfaction) {
        self.asked += other.asked;
        self.not_asked += other.not_asked;
        for (count, more) in self.scores.iter_mut().zip(other.scores) {
            *count += more;
        }
    }

    /// How many chose.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.scores.iter().sum()
    }

    /// The mean of what they chose; `None` when nobody did.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let sum: u64 = (1..).zip(self.scores).map(|(score, count)| score * count).sum();
        (self.answered() > 0).then(|| small(sum) / small(self.answered()))
    }

    /// The share of 4 and 5.
    #[must_use]
    pub fn satisfied(&self) -> Option<f64> {
        let good: u64 = self.scores.iter().skip(3).sum();
        (self.answered() > 0).then(|| small(good) / small(self.answered()))
    }
}

fn small(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
