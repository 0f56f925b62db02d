//! Files of every kind become passages, or say why they do not.

#[cfg(test)]
mod reading {
    use std::{fs, path::Path};

    use lopdf::{
        Document as Pdf, Object, Stream,
        content::{Content, Operation},
        dictionary,
    };
    use switchboard_knowledge::{
        Format, Index, Passage, Unreadable, passages_from_json, passages_to_json, read,
    };

    fn fixture(name: &str) -> Vec<Passage> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        read(name, fs::read(path).unwrap()).unwrap().passages
    }

    fn of(name: &str, text: impl AsRef<[u8]>) -> Vec<Passage> {
        read(name, text.as_ref().to_vec()).unwrap().passages
    }

    fn wrong(name: &str, text: impl AsRef<[u8]>) -> Unreadable {
        read(name, text.as_ref().to_vec()).unwrap_err()
    }

    fn asked<'a>(passages: &'a [Passage], question: &str) -> &'a Passage {
        let of = |passage: &&Passage| passage.questions.iter().any(|it| it == question);
        passages.iter().find(of).unwrap_or_else(|| panic!("{question} in {passages:#?}"))
    }

    #[test]
    fn markdown_loses_its_marks_and_nothing_else() {
        let passages = fixture("shop.md");
        let open = asked(&passages, "When are you open?");
        let days = "Monday to Friday from 9:00 to 18:00, Saturday from 10:00 to 16:00.\n\n\
                    - Closed on Sundays\n- Closed on public holidays";
        assert_eq!(open.text, days);
        assert_eq!(open.headings, ["Corner Shop", "Visiting us"]);
        let place = &asked(&passages, "Where is the shop?").text;
        assert!(place.ends_with("is Old Town (map (https://shop.example/map))."), "{place}");
        let sizes = passages.iter().find(|it| it.headings.last().unwrap() == "Sizes").unwrap();
        assert!(sizes.text.contains("EU | cm") && sizes.text.contains("42 | 26.7"), "{sizes:?}");
        assert!(!passages.iter().any(|passage| passage.text.contains("title:")));
        assert_eq!(passages_from_json(&passages_to_json(&passages)).unwrap(), passages);
        let lines = of(
            "a.md",
            "東京の\n店です。\n\nOne\ntwo.\n\n1. a\n2. b\n   - c\n\n```\nx  =\n  1\n```\n",
        );
        assert_eq!(lines[0].text, "東京の店です。\n\nOne two.\n\n1. a\n2. b\n  - c\n\nx  =\n  1");
    }

    #[test]
    fn html_is_what_readers_see() {
        let passages = fixture("shop-ja.html");
        let hours = asked(&passages, "営業時間は何時から何時までですか？");
        assert_eq!(
            hours.text,
            "平日は9時から18時まで、土曜日は10時から16時までです。\n\n日曜日と祝日は定休日です。"
        );
        let pay = asked(&passages, "支払い方法は何がありますか？");
        assert_eq!(pay.text, "- クレジットカード（Visa、Mastercard）\n- PayPay\n- コンビニ払い");
        asked(&passages, "ポイントカードはありますか？");
        asked(&passages, "スニーカーは洗濯機で洗えますか？");
        let all = format!("{passages:?}");
        for unseen in ["採用情報", "配達", "color"] {
            assert!(!all.contains(unseen), "{unseen}");
        }
        let odd = "<p>A<b>B</b> &amp; <a href='https://x.example/'>here</a><p hidden>no</p><td>c";
        assert_eq!(of("a.html", odd)[0].text, "AB & here (https://x.example/)\n\nc");
        assert_eq!(of("a.html", "<nav>only a menu")[0].text, "only a menu");
        let deep = format!("{}deep{}", "<div><b>".repeat(200_000), "</b></div>".repeat(200_000));
        assert_eq!(of("a.html", deep)[0].text, "deep");
    }

    #[test]
    fn tables_have_any_separator_and_several_ways_to_ask() {
        let passages = fixture("shop-zh.csv");
        assert_eq!(passages[0].questions, ["你们几点开门？", "营业时间是什么？", "周末营业吗？"]);
        for text in ["Question;Answer\nWhen?;\"9; 10\"\n", "id\tANSWER\tQuestion\n1\t9; 10\tWhen?"]
        {
            assert_eq!(of("a.csv", text), [Passage::pair(vec!["When?".into()], "9; 10")]);
        }
        let mut utf16: Vec<u8> = vec![0xFF, 0xFE];
        utf16.extend("question,answer\r\nQuand ?,À midi".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(of("a.csv", utf16)[0].text, "À midi");
        let cases = [
            ("answer,price\n1,2", "names no column \"question\", only: answer, price"),
            ("question,answer\n\"a\nb\",1\n,2\n", "line 4: there is an answer and no question"),
            ("question,answer\nWhen?\n", "line 2: there is a question and no answer"),
        ];
        for (text, why) in cases {
            let told = wrong("a.csv", text).to_string();
            assert!(told.contains(why), "{told}");
        }
        assert_eq!(wrong("a.csv", "question,answer\n"), Unreadable::Empty);
    }

    #[test]
    fn plain_text_has_paragraphs_and_questions() {
        let text = "About us\nSince 1987.\n \nQ: When are you open?\nA: From 9\nto 18.\n\n\
                    Where are you?\n\nMarket Street.\n\nWhy? Because.\n";
        let passages = of("a.txt", text);
        assert_eq!(asked(&passages, "When are you open?").text, "From 9\nto 18.");
        assert_eq!(asked(&passages, "Where are you?").text, "Market Street.");
        assert_eq!(passages[0].text, "About us\nSince 1987.");
        assert_eq!(passages[3].text, "Why? Because.");
    }

    #[test]
    fn a_pdf_as_browsers_print_it() {
        let passages = fixture("manual.pdf");
        let how = asked(&passages, "How often should I replace my running shoes?");
        assert!(how.text.starts_with("After 600 to 800 kilometres"), "{how:?}");
        assert_eq!(how.place().unwrap(), "page 2, How often should I replace my running shoes?");
        let all: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
        let all = all.join("\n");
        assert!(
            all.contains("a little soap, and never put the shoes into a washing machine"),
            "{all}"
        );
        assert!(all.contains("Уход за обувью: мойте руками в тёплой воде."), "{all}");
        let index = Index::build(vec![("manual.pdf".into(), passages)]).unwrap();
        let found = index.search("Can I put the shoes into the dryer?", 1).unwrap();
        assert_eq!(found[0].source(), "manual.pdf, page 1");
    }

    /// A page on which each of these is drawn on a line of its own.
    fn pdf(operations: Vec<Operation>) -> Pdf {
        let mut pdf = Pdf::with_version("1.5");
        let pages = pdf.new_object_id();
        let font = pdf.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier",
            "Encoding" => "WinAnsiEncoding",
        });
        let resources = pdf.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
        let content = Content { operations }.encode().unwrap();
        let content = pdf.add_object(Stream::new(dictionary! {}, content));
        let page = pdf.add_object(dictionary! {
            "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        let all = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        pdf.objects.insert(pages, Object::Dictionary(all));
        let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        pdf.trailer.set("Root", catalog);
        pdf
    }

    fn bytes(mut pdf: Pdf) -> Vec<u8> {
        let mut bytes = Vec::new();
        pdf.compress();
        pdf.save_to(&mut bytes).unwrap();
        bytes
    }

    fn draw(lines: &[(i64, &str)]) -> Vec<Operation> {
        let mut all =
            vec![Operation::new("BT", vec![]), Operation::new("Tf", vec!["F1".into(), 12.into()])];
        for (down, text) in lines {
            all.push(Operation::new("Td", vec![0.into(), (-down).into()]));
            all.push(Operation::new("Tj", vec![Object::string_literal(*text)]));
        }
        all.push(Operation::new("ET", vec![]));
        all
    }

    #[test]
    fn lines_and_paragraphs_of_a_pdf_are_told_apart() {
        let lines = [(0, "We are open"), (14, "from 9 to 18."), (40, "Closed on Sundays.")];
        let passages = of("a.pdf", bytes(pdf(draw(&lines))));
        assert_eq!(passages[0].text, "We are open from 9 to 18.\n\nClosed on Sundays.");
        // What it is, is known better than said.
        assert_eq!(read("a.txt", bytes(pdf(draw(&lines)))).unwrap().format, Format::Pdf);
    }

    #[test]
    fn pdfs_that_teach_nothing_say_why() {
        assert_eq!(wrong("a.pdf", bytes(pdf(Vec::new()))), Unreadable::Pictures(1));
        assert!(matches!(wrong("a.pdf", "%PDF-1.7\n"), Unreadable::Pdf(_)));
        let text = "no PDF at all";
        assert!(wrong("a.pdf", text).to_string().contains("print it into a new PDF"));
    }

    /// A page of some kilobytes that unpacks to 64 MB, and one whose objects nest without end.
    #[test]
    fn hostile_files_are_refused_and_bring_nothing_down() {
        let spaces = " ".repeat(64 * 1024 * 1024);
        let mut bomb = pdf(draw(&[(0, "boom")]));
        let content = bomb.get_pages().into_values().next().unwrap();
        let id = bomb.get_page_contents(content)[0];
        bomb.objects.insert(id, Object::Stream(Stream::new(dictionary! {}, spaces.into_bytes())));
        let bomb = bytes(bomb);
        assert!(bomb.len() < 200_000);
        let told = wrong("bomb.pdf", bomb).to_string();
        assert!(told.contains("page 1 unpacks to more than 8 MB"), "{told}");

        let nested = format!("%PDF-1.7\n1 0 obj\n{}\nendobj\n", "[".repeat(1_000_000));
        assert!(matches!(wrong("nested.pdf", nested), Unreadable::Pdf(_) | Unreadable::Broke));
        let quoted = "> ".repeat(100_000) + "text";
        assert!(read("a.md", quoted.into_bytes()).is_ok());
        let lists =
            (0..2_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect::<String>();
        assert!(read("a.md", lists.into_bytes()).is_ok());
    }

    /// Whatever a file holds, it is read or refused; the generator of numbers is Knuth's.
    #[test]
    fn damaged_files_are_read_or_refused() {
        let good = bytes(pdf(draw(&[(0, "We are open"), (14, "from 9 to 18.")])));
        let markdown = b"# A?\n\n- b [c](https://d.example)\n\n|e|f|\n|-|-|\n|g|h|\n".to_vec();
        let html = b"<h1>A?</h1><p>b<ul><li>c</ul><table><td>d&eacute;<details>".to_vec();
        let mut number: u64 = 4_711;
        for (name, file) in [("a.pdf", good), ("a.md", markdown), ("a.html", html)] {
            for _ in 0..150 {
                let mut file = file.clone();
                for _ in 0..4 {
                    number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let at = usize::try_from(number >> 33).unwrap() % file.len();
                    file[at] = u8::try_from(number >> 56).unwrap();
                }
                if let Err(Unreadable::Broke) = read(name, file.clone()) {
                    panic!("{name} broke its reader: {}", String::from_utf8_lossy(&file));
                }
            }
        }
    }

    #[test]
    fn what_is_no_document_is_told() {
        assert_eq!(wrong("a.docx", "x"), Unreadable::Unknown);
        assert_eq!(wrong("a.txt", " \n\t\n"), Unreadable::Empty);
        assert_eq!(wrong("a.txt", b"caf\xe9"), Unreadable::Encoding(3));
        assert_eq!(wrong("a.txt", "a\0b"), Unreadable::Binary);
        assert_eq!(wrong("a.txt", vec![b'a'; 11_000_000]), Unreadable::TooLarge(11_000_000));
        assert!(matches!(wrong("a.txt", "word ".repeat(500_000)), Unreadable::TooMuch(_)));
    }
}
