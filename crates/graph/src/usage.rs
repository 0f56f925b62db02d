//! How much of Meta's allowance is used up, as the headers of each answer tell.
//!
//! Sources: Graph API "Rate limits"; `X-Page-Usage` is the older form of the Page's figures.

use std::{collections::HashMap, time::Duration};

use reqwest::header::HeaderMap;
use serde::Deserialize;

/// The worst figures of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Of the app's allowance, in percent; 100 and more is over.
    pub app_percent: u32,
    /// Of the account's allowance, in percent.
    pub account_percent: u32,
    /// How long until the account may call again, once it is over.
    pub regain: Option<Duration>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Figures {
    call_count: f64,
    total_time: f64,
    total_cputime: f64,
    estimated_time_to_regain_access: f64,
}

impl Figures {
    fn percent(&self) -> u32 {
        whole(self.call_count.max(self.total_time).max(self.total_cputime))
    }

    /// Meta counts it in minutes.
    fn regain(&self) -> Option<Duration> {
        let minutes = whole(self.estimated_time_to_regain_access);
        (minutes > 0).then(|| Duration::from_secs(u64::from(minutes) * 60))
    }
}

impl Usage {
    /// Reads the headers; what is missing or cannot be read counts as nothing used.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let app: Figures = read(headers, "x-app-usage").unwrap_or_default();
        let page: Figures = read(headers, "x-page-usage").unwrap_or_default();
        let business: HashMap<String, Vec<Figures>> =
            read(headers, "x-business-use-case-usage").unwrap_or_default();
        let account = || business.values().flatten().chain([&page]);
        Self {
            app_percent: app.percent(),
            account_percent: account().map(Figures::percent).max().unwrap_or_default(),
            regain: account().filter_map(Figures::regain).chain(app.regain()).max(),
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(headers: &HeaderMap, name: &str) -> Option<T> {
    serde_json::from_slice(headers.get(name)?.as_bytes()).ok()
}

/// A figure as a whole number, rounded up: 94.5 % is as good as 95 %.
fn whole(figure: f64) -> u32 {
    let steps = figure.ceil().clamp(0.0, 1_000_000.0);
    format!("{steps:.0}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn usage(headers: &[(&'static str, &'static str)]) -> Usage {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Usage::of(&pairs.collect())
    }

    #[test]
    fn nothing_told_is_nothing_used() {
        assert_eq!(usage(&[]), Usage::default());
        assert_eq!(usage(&[("x-app-usage", "not json")]), Usage::default());
    }

    #[test]
    fn the_worst_figure_counts() {
        let business = r#"{"1":[{"type":"messenger","call_count":40,"total_cputime":96.2,
            "total_time":20,"estimated_time_to_regain_access":3}],"2":[{"call_count":7}]}"#;
        let business: &'static str = business.replace('\n', " ").leak();
        let usage = usage(&[
            ("x-app-usage", r#"{"call_count":28,"total_time":81,"total_cputime":25}"#),
            ("x-page-usage", r#"{"call_count":3,"total_time":1,"total_cputime":1}"#),
            ("x-business-use-case-usage", business),
        ]);
        assert_eq!((usage.app_percent, usage.account_percent), (81, 97));
        assert_eq!(usage.regain, Some(Duration::from_secs(180)));
    }
}
