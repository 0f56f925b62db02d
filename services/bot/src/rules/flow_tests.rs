//! How flows are read, and how they talk.

use super::*;

const SHOP: &str = r#"
rules:
  - when: { keywords: [order] }
    reply: [{ text: Let us look. }]
    go_to: order
  - when: { keywords: [person] }
    always: true
    then: hand_off
  - when: { payloads: [MENU] }
    reply:
      - text: What is it?
        buttons: [{ reply: { title: My order, go_to: order } }]
flows:
  order:
    - ask: number
      text: What is your order number?
      pattern: '(?i)^A-?\d{5}$'
      invalid: It looks like A-12345.
      tries: 2
    - ask: size
      text: "Which size for {{ number | upper }}?"
      choices: [{ title: Small, value: S }, { title: Large, value: L }]
    - set: { big: "size == 'L'", pairs: "1 + 1" }
    - if: big
      go_to: large
      else: small
  small:
    - say: [{ text: "{{ pairs }} small ones for {{ number }}." }]
  large:
    - hand_off: "Order {{ number }} in {{ size }}"
"#;

/// A customer and the bot, turn after turn.
struct Chat {
    rules: Rules,
    memory: Option<String>,
}

impl Chat {
    fn new(yaml: &str) -> Self {
        Self { rules: check(yaml).unwrap_or_else(|error| panic!("{error}")), memory: None }
    }

    fn hears(&mut self, message: Content) -> Answer {
        let answer = self.rules.answer(&[message], self.memory.as_deref()).unwrap();
        self.memory.clone_from(&answer.memory);
        answer
    }

    fn says(&mut self, text: &str) -> Vec<String> {
        let answer = self.hears(Content::text(text));
        let words = |reply: &Content| reply.as_words().unwrap_or_default().to_owned();
        answer.replies.iter().map(words).collect()
    }
}

#[test]
fn a_flow_asks_and_remembers() {
    let mut chat = Chat::new(SHOP);
    assert_eq!(chat.says("my order"), ["Let us look.", "What is your order number?"]);
    assert_eq!(chat.says("dunno"), ["It looks like A-12345."]);
    assert_eq!(chat.says("a-12345"), ["Which size for A-12345?"]);
    assert_eq!(chat.says("medium"), ["Please choose one of these."]);
    assert_eq!(chat.says("small"), ["2 small ones for a-12345."]);
    // The flow is over, and what it learned is kept.
    assert!(chat.memory.as_deref().is_some_and(|kept| kept.contains("a-12345")));
    assert_eq!(chat.hears(Content::text("what?")).then, AfterTurn::HandOff(HandOff::BotUnsure));
    assert_eq!(chat.memory, None, "people go on; the next time begins anew");
}

#[test]
fn several_messages_of_one_turn_answer_several_questions() {
    let chat = Chat::new(SHOP);
    let said = ["order", "A-12345", "L"].map(Content::text);
    let answer = chat.rules.answer(&said, None).unwrap();
    assert_eq!(answer.then, AfterTurn::HandOff(HandOff::Asked));
    assert_eq!(answer.note.as_deref(), Some("Order A-12345 in L"));
    assert_eq!(answer.replies.len(), 3);
}

#[test]
fn buttons_lead_into_flows_and_answer_them() {
    let mut chat = Chat::new(SHOP);
    let menu = Content::Choice { title: "Menu".into(), payload: "MENU".into() };
    let shown = chat.hears(menu);
    let Some(Content::Prompt { buttons, .. }) = shown.replies.first() else { panic!("{shown:?}") };
    let Some(switchboard_domain::content::Button::Reply { title, payload }) = buttons.first()
    else {
        panic!("{buttons:?}")
    };
    let pressed = Content::Choice { title: title.clone(), payload: payload.clone() };
    assert_eq!(chat.hears(pressed).replies.len(), 1);
    let _ = chat.says("A-12345");
    let large = Content::Choice { title: "Large".into(), payload: "L".into() };
    assert_eq!(chat.hears(large).then, AfterTurn::HandOff(HandOff::Asked));
}

#[test]
fn answers_of_no_use_are_for_people_who_read_what_was_learned() {
    let mut chat = Chat::new(SHOP);
    for text in ["order", "A-12345", "x", "y"] {
        let _ = chat.says(text);
    }
    let answer = chat.hears(Content::text("z"));
    assert_eq!(answer.then, AfterTurn::HandOff(HandOff::BotUnsure));
    let note = answer.note.unwrap();
    assert_eq!(note, r#"No usable answer to "size", 3 times. number: A-12345"#);
}

#[test]
fn what_applies_always_leads_out_of_a_flow() {
    let mut chat = Chat::new(SHOP);
    let _ = chat.says("order");
    assert_eq!(chat.hears(Content::text("a person!")).then, AfterTurn::HandOff(HandOff::Asked));
    let _ = chat.says("order");
    assert_eq!(chat.says("order"), ["It looks like A-12345."], "other rules do not");
}

#[test]
fn a_flow_that_was_changed_meanwhile_does_not_trap_anybody() {
    let mut chat = Chat::new(SHOP);
    let _ = chat.says("order");
    chat.rules = check("rules: [{ when: { anything: true }, reply: [{ text: hi }] }]").unwrap();
    assert_eq!(chat.says("A-12345"), ["hi"]);
    chat.memory = Some("not ours".into());
    assert_eq!(chat.says("A-12345"), ["hi"]);
}

#[test]
fn what_customers_write_is_no_template() {
    let yaml = "rules: [{ when: { anything: true }, go_to: echo }]
flows: { echo: [{ ask: name, text: Who? }, { say: [{ text: 'Hi {{ name }}' }] }] }";
    let mut chat = Chat::new(yaml);
    let _ = chat.says("hello");
    assert_eq!(chat.says("{{ 7 * 7 }}"), ["Hi {{ 7 * 7 }}"]);
}

#[test]
fn flows_that_never_end_and_texts_that_work_too_hard_are_stopped() {
    let circle = "rules: [{ when: { anything: true }, go_to: a }]
flows: { a: [{ go_to: b }], b: [{ go_to: a }] }";
    let hard = "rules: [{ when: { anything: true }, reply: [{ text: '{% for x in range(9999) \
                %}{% for y in range(9999) %}.{% endfor %}{% endfor %}' }] }]";
    for (yaml, words) in [(circle, "goes in circles"), (hard, "fuel")] {
        let failure = check(yaml).unwrap().answer(&[Content::text("hi")], None).unwrap_err();
        assert!(failure.to_string().contains(words), "{failure}");
    }
}

#[test]
fn errors_in_flows_tell_the_line_and_the_remedy() {
    let flow = |step: &str| {
        format!("rules: [{{ when: {{ anything: true }}, go_to: a }}]\nflows:\n  a:\n    - {step}\n")
    };
    let cases = [
        (flow("go_to: b"), 4, r#"there is no flow "b"; the flows are a"#),
        (flow("say: [{ text: 'Hi {{ nmae }}' }]"), 4, r#"nothing sets the variable "nmae""#),
        (flow("hand_off: '{{ nmae }}'"), 4, r#"nothing sets the variable "nmae""#),
        (flow("say: [{ text: 'Hi {{ text' }]"), 4, "syntax error"),
        (flow("{ if: 'size >', go_to: a }"), 4, "syntax error"),
        (flow("if: 'text'"), 4, "an `if` needs a `go_to`"),
        (flow("ask: size"), 4, "a question needs a `text`"),
        (flow("{ ask: Size, text: x }"), 4, "is no name; use small letters"),
        (flow("{ ask: text, text: x }"), 4, "use another name"),
        (flow("{ ask: size, text: x, kind: colour }"), 4, "`kind` is `text`, `number`"),
        (flow("{ ask: size, text: x, kind: email, min: 1 }"), 4, "no `min`"),
        (flow("{ ask: size, text: x, min: 9, max: 1 }"), 4, "`min` is more than `max`"),
        (flow("{ ask: size, text: x, choices: [] }"), 4, "a choice needs `choices`"),
        (flow("{ ask: day, text: x, kind: date, formats: ['%m'] }"), 4, "no way to write a day"),
        (flow("{ say: [], resolve: true }"), 4, "a step is one of"),
        (flow("{ ask: a, text: x }\n    - { ask: a, text: y }"), 3, "asks for \"a\" twice"),
        ("rules: [{ when: { anything: true }, go_to: a }]".to_owned(), 1, "there are no flows"),
    ];
    for (yaml, line, words) in cases {
        let error = check(&yaml).unwrap_err();
        let text = error.to_string();
        assert_eq!(error.line(), Some(line), "{text}\n{yaml}");
        assert!(text.contains(words), "{words:?} in {text}");
    }
}

#[test]
fn the_example_takes_back_an_order() {
    let mut chat = Chat::new(EXAMPLE);
    let yes = Content::Choice { title: "Yes".into(), payload: "flow:order".into() };
    let _ = chat.hears(yes);
    assert_eq!(chat.says("a12345"), ["Thank you. What about A12345?"]);
    let _ = chat.says("send it back");
    let done = chat.hears(Content::text("ann@example.com"));
    assert_eq!(done.then, AfterTurn::HandOff(HandOff::Asked));
    assert_eq!(done.note.as_deref(), Some("Wants to send back A12345; label to ann@example.com"));
}
