//! What is answered and what is not, over questions in many languages. The set is ours: documents of
//! a shop, questions as customers write them, and questions that the shop wrote nothing about.

#[cfg(test)]
mod evaluation {
    use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

    use switchboard_knowledge::{Index, Passage, read};

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

    fn passages(name: &str) -> (String, Vec<Passage>) {
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

    /// Words that one passage has weigh as much as those that none has.
    #[test]
    fn confidence_is_the_share_of_the_question_that_is_known() {
        let pair = Passage::pair(vec!["Alpha beta?".into()], "Lorem.");
        let text = Passage::text("Gamma delta epsilon zeta.");
        let index = Index::build(vec![("a".into(), vec![pair, text])]).unwrap();
        let cases = [
            ("Alpha beta?", 1.0, "Lorem."),
            // Of the pair's question half was asked.
            ("alpha?", 0.9, "Lorem."),
            ("alpha unheard", 0.45, "Lorem."),
            ("gamma zeta", 0.9, "Gamma"),
            ("gamma unheard", 0.45, "Gamma"),
            ("alpha unheard unseen unknown", 0.225, "Lorem."),
            // What surrounds a question does not make it unsure.
            ("Unheard, unseen, unknown. Alpha beta?", 1.0, "Lorem."),
        ];
        for (question, confidence, begin) in cases {
            let found = index.search(question, 3).unwrap();
            assert!((found[0].confidence - confidence).abs() < 1e-9, "{question}: {found:?}");
            assert!(found[0].passage.text.starts_with(begin), "{question}: {found:?}");
        }
        assert!(index.search("unheard", 3).unwrap().is_empty());
        assert!(index.search("", 3).unwrap().is_empty());
        assert!(Index::build(Vec::new()).unwrap().search("alpha", 3).unwrap().is_empty());
    }
}
