//! What is answered and what is not, over questions in many languages. The set is ours: documents of
//! a shop, questions as customers write them, and questions that the shop wrote nothing about.

#[cfg(test)]
mod evaluation {
    use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

    use switchboard_knowledge::{Index, read};

    /// What bots answer from on, if their settings say nothing else.
    const ANSWER_FROM: f64 = 0.6;

    struct Case {
        file: String,
        question: String,
        /// Words of the right answer; empty when there is none.
        answer: String,
    }

    fn fixture(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
    }

    fn cases() -> Vec<Case> {
        let text = String::from_utf8(fixture("questions.csv")).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows = reader.records().map(|row| {
            let row = row.unwrap();
            let cell = |at: usize| row[at].to_owned();
            Case { file: cell(0), question: cell(1), answer: cell(2) }
        });
        rows.collect()
    }

    fn passages(name: &str) -> (String, Vec<switchboard_knowledge::Passage>) {
        (name.to_owned(), read(name, fixture(name)).unwrap().passages)
    }

    /// The wrong answers, as a report.
    fn report(indexes: &BTreeMap<String, Index>) -> String {
        let mut report = String::new();
        for Case { file, question, answer } in cases() {
            let found = indexes[&file].search(&question, 3).unwrap();
            let sure = found.first().filter(|found| found.confidence >= ANSWER_FROM);
            let right = match (sure, answer.is_empty()) {
                (None, true) => true,
                (Some(found), false) => found.passage.text.contains(&answer),
                _ => false,
            };
            if !right || std::env::var_os("SHOW").is_some() {
                let best = found.first().map_or(String::new(), |best| {
                    format!("{:.2} {}", best.confidence, best.source())
                });
                let mark = if right { "ok  " } else { "WRONG" };
                writeln!(report, "{mark} {question:?} ({answer}): {best}").unwrap();
            }
        }
        report
    }

    #[test]
    fn what_is_known_is_answered_and_what_is_not_is_left_to_people() {
        let mut files: Vec<String> = cases().into_iter().map(|case| case.file).collect();
        files.dedup();
        let each = files.iter().map(|file| (file.clone(), Index::build(vec![passages(file)])));
        let each = each.map(|(file, index)| (file, index.unwrap())).collect();
        let report = report(&each);
        assert!(!report.contains("WRONG"), "each document by itself:\n{report}");
    }

    #[test]
    fn a_bot_of_many_languages_answers_each_in_its_own() {
        let mut files: Vec<String> = cases().into_iter().map(|case| case.file).collect();
        files.sort();
        files.dedup();
        let of_all = || Index::build(files.iter().map(|file| passages(file)).collect()).unwrap();
        let all = files.iter().map(|file| (file.clone(), of_all())).collect();
        let report = report(&all);
        assert!(!report.contains("WRONG"), "all documents in one:\n{report}");
    }
}
