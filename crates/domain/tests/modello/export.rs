//! Filed answers as rows of a table: whose column, how many lines, what stands in a cell.

use sportello_domain::foglio::{self, Cell};
use sportello_domain::lingua::Lingua;
use sportello_domain::modello::export::Columns;
use sportello_domain::modello::view::Privacy;
use sportello_domain::modello::{Answers, Form, Modello};

use super::common::{facts, good, post, row};

const HEAD: &str = r#"
code = "prova"
title = "Prova"
service = "prove"
sign_in = "spid-l2"
procedure = "prova"
[[page]]
id = "uno"
step = "dati-generali"
title = "Uno"
[[group]]
id = "g"
page = "uno"
title = "G"
row_name = "R"
row_title = "{t}"
[[group]]
id = "h"
page = "uno"
title = "H"
row_name = "R"
row_title = "{u}"
[[field]]
id = "a"
page = "uno"
kind = "text"
label = "A"
[[field]]
id = "euro"
page = "uno"
kind = "money"
label = "Euro"
[[field]]
id = "reddito"
page = "uno"
kind = "money"
label = "Reddito"
privacy = "income"
[[field]]
id = "t"
group = "g"
kind = "text"
label = "T"
[[field]]
id = "u"
group = "h"
kind = "yes_no"
label = "U"
[[example]]
name = "vuoto"
expect = { errors = [] }
"#;

fn modello(split: bool) -> Modello {
    let head = if split { "split = \"g\"\n[[page]]" } else { "[[page]]" };
    good(Modello::parse("prova.toml", &HEAD.replacen("[[page]]", head, 1)))
}

fn clear(privacy: Privacy) -> bool {
    !privacy.sealed()
}

/// One row in `g`, two in `h`, filed.
fn filed(modello: &Modello) -> Answers {
    let facts = facts();
    let mut answers = Answers::start(modello, &facts);
    for (group, number) in [("g", 1), ("h", 2), ("h", 3)] {
        assert!(answers.add_row(modello, group, row(number), &facts));
    }
    let mut posted = post(&[("a", "=2+3"), ("euro", "12.345,60"), ("reddito", "9,00")]);
    posted.add(format!("g.{}.t", row(1)), "primo; \"unico\"");
    posted.add(format!("h.{}.u", row(2)), "si");
    posted.add(format!("h.{}.u", row(3)), "no");
    answers.take_page(modello, "uno", &posted, &facts).expect("the page exists");
    Form::new(modello, &answers, &facts, Lingua::It).filing()
}

fn written(columns: &Columns, modello: &Modello) -> Vec<String> {
    let lines = columns.lines(modello, &filed(modello)).into_iter().map(|line| {
        let place = line.row.map_or_else(String::new, |(group, at)| format!("{group}{at}"));
        foglio::lines([[vec![Cell::Plain(place)], line.cells].concat()]).trim_end().to_owned()
    });
    lines.collect()
}

#[test]
fn each_row_of_a_group_is_a_line_with_the_answers_around_it() {
    let modello = modello(false);
    let columns = Columns::new([&modello], clear);
    assert_eq!(columns.ids(), ["a", "euro", "t", "u"]);
    let expected = ["g1;'=2+3;12345,60;\"primo; \"\"unico\"\"\";", "h1;'=2+3;12345,60;;si", "h2;'=2+3;12345,60;;no"];
    assert_eq!(written(&columns, &modello), expected);
    let all = Columns::new([&modello], |_| true);
    assert!(written(&all, &modello)[0].contains(";9,00;"));
}

#[test]
fn the_row_of_a_split_filing_is_the_filing_itself() {
    let modello = modello(true);
    let columns = Columns::new([&modello], clear);
    let expected = ["h1;'=2+3;12345,60;\"primo; \"\"unico\"\"\";si", "h2;'=2+3;12345,60;\"primo; \"\"unico\"\"\";no"];
    assert_eq!(written(&columns, &modello), expected);
}

#[test]
fn a_filing_without_rows_is_one_line() {
    let modello = modello(false);
    let facts = facts();
    let filed = Form::new(&modello, &Answers::start(&modello, &facts), &facts, Lingua::It).filing();
    let lines = Columns::new([&modello], clear).lines(&modello, &filed);
    assert_eq!((lines.len(), lines[0].row.clone()), (1, None));
    assert!(lines[0].cells.iter().all(|cell| *cell == Cell::EMPTY));
}

#[test]
fn versions_share_columns_and_what_was_sealed_in_one_has_none() {
    let old = modello(false);
    let field = "[[field]]\nid = \"b\"\npage = \"uno\"\nkind = \"text\"\nlabel = \"B\"\n[[field]]\nid = \"t\"";
    let newer = HEAD.replacen("[[field]]\nid = \"t\"", field, 1).replacen(
        "label = \"A\"",
        "label = \"A\"\nprivacy = \"art9\"",
        1,
    );
    let newer = good(Modello::parse("prova.toml", &newer));
    let columns = Columns::new([&newer, &old], clear);
    assert_eq!(columns.ids(), ["euro", "b", "t", "u"]);
    assert_eq!(written(&columns, &old)[1], "h1;12345,60;;;si");
}
