//! A table of questions and answers, as spreadsheets save it. (RFC 4180, with the separator that the
//! first line has)

use csv::{ReaderBuilder, StringRecord};

use super::Unreadable;
use crate::{
    Passage,
    outline::{LONGEST_ANSWER, LONGEST_QUESTION, tidy},
};

/// What people call the column of questions.
const QUESTION: [&str; 14] = [
    "question",
    "questions",
    "frage",
    "fragen",
    "pregunta",
    "pergunta",
    "domanda",
    "vraag",
    "问题",
    "問題",
    "質問",
    "질문",
    "вопрос",
    "السؤال",
];

/// What people call the column of answers.
const ANSWER: [&str; 13] = [
    "answer",
    "answers",
    "antwort",
    "antworten",
    "respuesta",
    "réponse",
    "resposta",
    "risposta",
    "答案",
    "回答",
    "답변",
    "ответ",
    "الإجابة",
];

pub(super) fn passages(text: &str) -> Result<Vec<Passage>, Unreadable> {
    let first = text.lines().next().unwrap_or_default();
    let separators = [b',', b';', b'\t'];
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    let separator = separators.into_iter().rev().max_by_key(count).unwrap_or(b',');
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|error| broken(&error))?.clone();
    let question = column(&columns, "question", &QUESTION)?;
    let answer = column(&columns, "answer", &ANSWER)?;
    let mut passages = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let of = |column: usize| record.get(column).unwrap_or_default().trim();
        passages.extend(pair(line, of(question), of(answer))?);
    }
    Ok(passages)
}

/// A cell may hold several ways to ask, a line each.
fn pair(line: u64, asked: &str, answer: &str) -> Result<Option<Passage>, Unreadable> {
    let wrong = |what: String| Err(Unreadable::Row { line, what });
    let questions: Vec<String> = asked.lines().map(tidy).filter(|it| !it.is_empty()).collect();
    match (questions.is_empty(), answer.is_empty()) {
        (true, true) => return Ok(None),
        (true, false) => return wrong("there is an answer and no question; write one".into()),
        (false, true) => return wrong("there is a question and no answer; write one".into()),
        (false, false) => {}
    }
    if questions.iter().any(|question| question.chars().count() > LONGEST_QUESTION) {
        return wrong(format!("a question has at most {LONGEST_QUESTION} characters; shorten it"));
    }
    if answer.chars().count() > LONGEST_ANSWER {
        return wrong(format!("an answer has at most {LONGEST_ANSWER} characters; shorten it"));
    }
    Ok(Some(Passage::pair(questions, answer)))
}

fn column(
    columns: &StringRecord,
    missing: &'static str,
    names: &[&str],
) -> Result<usize, Unreadable> {
    let found =
        columns.iter().position(|name| names.contains(&name.trim().to_lowercase().as_str()));
    let shown = || columns.iter().map(str::trim).take(10).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| Unreadable::Columns { missing, found: shown().chars().take(200).collect() })
}

fn broken(error: &csv::Error) -> Unreadable {
    let line = error.position().map_or(1, csv::Position::line);
    Unreadable::Row { line, what: "this is no line of a CSV file; save the table again".into() }
}
