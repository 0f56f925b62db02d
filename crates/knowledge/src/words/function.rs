//! Words that say nothing by themselves and stand in no list: courtesies, what every question is made
//! of, and the particles of languages without spaces.

use std::{collections::HashSet, sync::LazyLock};

use super::script::normal;

/// With spaces between words, without accents: courtesies and requests in English, German, French,
/// Spanish, Portuguese, Italian, Dutch, Swedish, Polish, Russian, Turkish, Indonesian, Arabic,
/// Vietnamese.
const SPACED: &str = "hello hi hey please pls thanks thank ok okay yes need want would could may might like \
    know tell get got also us much many let im ive whats good morning afternoon evening \
    dear question wondering something anything hallo bitte danke mochte mochten gerne gibt \
    wieviel konnen kann guten wann wo wie bonjour bonsoir merci svp plait voudrais \
    combien comment quand est puis peux peut quel quelle quels quelles hola gracias favor \
    quiero quisiera cuanto cuanta cual puedo puede ola obrigado obrigada quero gostaria \
    quanto qual posso ciao grazie vorrei buongiorno buenos dias dank alstublieft hej tack \
    dzien dobry prosze dziekuje здравствуите привет спасибо пожалуиста можно сколько \
    merhaba lutfen tesekkurler halo tolong terima kasih berapa مرحبا شكرا كم هل اريد xin \
    chao cam on bao nhieu khong";

/// Without spaces between words: Chinese in both scripts, Japanese, Thai.
const LINKED: &str = "请问 請問 你好 您好 你们 你們 我们 我們 什么 什麼 甚麼 为什么 為什麼 怎么样 怎麼樣 怎么 \
    怎麼 怎样 怎樣 如何 可不可以 可以 能不能 有没有 有沒有 是不是 是否 多少钱 多少錢 多少 哪些 哪里 哪裡 哪儿 \
    哪兒 哪 谢谢 謝謝 一下 知道 告诉 告訴 想要 需要 的 了 吗 嗎 呢 吧 啊 我 你 您 是 在 有 \
    想 要 请 請 几 幾 这 這 那 个 個 到 给 給 和 就 都 也 还 還 会 會 能 不 没 沒 \
    こんにちは こんばんは すみません ありがとう お願いします お願い 教えて ください 下さい \
    でしょうか でしょう ありますか できますか いますか ですか ますか です ます から まで \
    いつ どこ どう どの どれ なに なん いくら って した して する たい 知りたい 何 私 ございます は が \
    を に で と も の へ か や ね よ ん สวัสดี ขอบคุณ เท่าไหร่ เท่าไร เมื่อไหร่ อย่างไร \
    ยังไง อะไร ครับ ค่ะ คะ ไหม มั้ย หรือ ที่ ได้ มี จะ ของ และ ให้ ผม ฉัน คุณ หน่อย บ้าง \
    นี้ กี่ เป็น กับ";

/// Korean words.
const KOREAN: &str = "안녕하세요 감사합니다 주세요 어떻게 얼마나 얼마 무엇 뭐 언제 어디 저 제 좀 할 수 있나요 알려주세요 가르쳐주세요 부탁드립니다 해주세요 얼마예요 얼마에요 \
    있어요 있습니까 되나요 하나요 인가요 싶어요 알고 궁금합니다 무엇인가요 얼마인가요 \
    언제인가요 어디인가요";

/// What Korean words end with, the longer first.
const ENDINGS: &str = "습니까 습니다 입니까 입니다 인가요 하나요 되나요 나요 까요 세요 어요 아요 해요 에서 \
    으로 까지 부터 하고 은 는 이 가 을 를 의 에 로 와 과 도 만 요";

static FUNCTIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| SPACED.split(' ').collect());

static PARTICLES: LazyLock<Vec<Vec<char>>> =
    LazyLock::new(|| LINKED.split(' ').map(normal).collect());

pub(super) fn is_function(word: &str) -> bool {
    FUNCTIONS.contains(word)
}

/// Of each letter, whether it is part of one of these words.
pub(super) fn within(letters: &[char]) -> Vec<bool> {
    let mut functions = vec![false; letters.len()];
    let mut at = 0_usize;
    while let Some(rest) = letters.get(at..).filter(|rest| !rest.is_empty()) {
        let lengths = PARTICLES.iter().filter(|word| rest.starts_with(word)).map(Vec::len);
        let longest = lengths.max().unwrap_or(0);
        for function in functions.iter_mut().skip(at).take(longest) {
            *function = true;
        }
        at = at.saturating_add(longest.max(1));
    }
    functions
}

/// The same for a Korean word: as a whole, or what it ends with.
pub(super) fn endings(letters: &[char]) -> Vec<bool> {
    let word: String = letters.iter().collect();
    if KOREAN.split(' ').any(|known| known == word) {
        return vec![true; letters.len()];
    }
    let mut stem = word.as_str();
    // A verb may end with two of them.
    for _ in 0..2 {
        let ending = ENDINGS.split(' ').find_map(|ending| stem.strip_suffix(ending));
        stem = ending.filter(|rest| !rest.is_empty()).unwrap_or(stem);
    }
    let kept = stem.chars().count();
    (0..letters.len()).map(|at| at >= kept).collect()
}
