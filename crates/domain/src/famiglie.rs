//! A file of families as other programs export it: schools, classes, children and who pays for them.
//!
//! Read whole or refused whole: every fault is named with its line, its column and what to write instead. Nothing is
//! written here.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use crate::{
    codice_fiscale::CodiceFiscale,
    table::{self, Column, Line},
};

pub use crate::table::{Fault, MAX_BYTES, MAX_FAULTS, MAX_LINES};

/// Years of birth that can be meant: a year of two digits is none.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;
/// Longest name or code, in characters.
const MAX_TEXT: usize = 120;

/// Columns, by their headings; the order in the file does not matter.
pub const COLUMNS: [&str; 13] = [
    "plesso_codice",
    "plesso",
    "grado",
    "classe_codice",
    "classe",
    "alunno_codice_fiscale",
    "alunno_cognome",
    "alunno_nome",
    "alunno_nascita",
    "pagante_codice_fiscale",
    "pagante_cognome",
    "pagante_nome",
    "pagante_email",
];
/// Grades of school that a file may name.
pub const GRADI: [&str; 4] = ["nido", "infanzia", "primaria", "secondaria_1"];

/// One line: a child in a class, and a person who pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Famiglia {
    /// Line in the file, from 1; the heading is line 1.
    pub line: u64,
    /// The school.
    pub plesso: Named,
    /// Grade of the school.
    pub grado: String,
    /// The class.
    pub classe: Named,
    /// The child.
    pub alunno: Person,
    /// Date of birth of the child.
    pub nascita: NaiveDate,
    /// Who pays.
    pub pagante: Person,
    /// Where to write to whoever pays.
    pub email: Option<String>,
}

/// A code with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Code.
    pub codice: String,
    /// Name as people read it.
    pub name: String,
}

/// Somebody with a codice fiscale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Codice fiscale, 16 capitals and digits, or 11 digits.
    pub codice_fiscale: String,
    /// Family name.
    pub cognome: String,
    /// Given name.
    pub nome: String,
}

/// Reads a file: `;` or `,` between the fields, UTF-8 (with or without mark) or Windows-1252.
///
/// # Errors
/// Every fault, at most [`MAX_FAULTS`]: then nothing of the file counts.
pub fn read(bytes: &[u8]) -> Result<Vec<Famiglia>, Vec<Fault>> {
    let columns = COLUMNS.map(|name| Column { name, alias: None, needed: true });
    let (mut check, mut families) = (Check::default(), Vec::new());
    table::read(bytes, &columns, |line, faults| {
        families.extend(check.line(line));
        faults.append(&mut check.faults);
    })?;
    Ok(families)
}

/// What was seen so far: the same code always comes with the same data.
#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
    plessi: HashMap<String, (String, String)>,
    classi: HashMap<(String, String), String>,
    alunni: HashMap<String, (Person, NaiveDate)>,
    paganti: HashMap<String, Person>,
}

/// The fields of one line.
struct Fields<'a>(&'a Line<'a>);

impl Fields<'_> {
    fn get(&self, column: &'static str) -> &str {
        COLUMNS.iter().position(|known| *known == column).map(|at| self.0.get(at)).unwrap_or_default()
    }
}

impl Check {
    fn fault(&mut self, line: u64, column: &'static str, reason: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { line, column, reason });
        }
    }

    /// One line, or nothing where something is wrong with it.
    fn line(&mut self, line: &Line<'_>) -> Option<Famiglia> {
        let fields = Fields(line);
        let before = self.faults.len();
        let plesso = self.named(&fields, "plesso_codice", "plesso");
        let grado = self.grado(&fields);
        let classe = self.named(&fields, "classe_codice", "classe");
        let nascita = self.date(&fields);
        let alunno = self.person(&fields, ["alunno_codice_fiscale", "alunno_cognome", "alunno_nome"], nascita);
        let pagante = self.person(&fields, ["pagante_codice_fiscale", "pagante_cognome", "pagante_nome"], None);
        let email = self.email(&fields);
        if self.faults.len() > before {
            return None;
        }
        let famiglia = Famiglia { line: line.number, plesso, grado, classe, alunno, nascita: nascita?, pagante, email };
        self.agree(&famiglia);
        (self.faults.len() == before).then_some(famiglia)
    }

    fn text(&mut self, fields: &Fields<'_>, column: &'static str) -> String {
        let text = fields.get(column);
        let reason = if text.is_empty() {
            "manca: scrivilo"
        } else if text.chars().count() > MAX_TEXT {
            "è più lungo di 120 caratteri"
        } else if text.chars().any(char::is_control) {
            "contiene caratteri di controllo: toglili"
        } else {
            return text.to_owned();
        };
        self.fault(fields.0.number, column, reason.to_owned());
        String::new()
    }

    fn named(&mut self, fields: &Fields<'_>, code: &'static str, name: &'static str) -> Named {
        Named { codice: self.text(fields, code), name: self.text(fields, name) }
    }

    fn grado(&mut self, fields: &Fields<'_>) -> String {
        let grado = fields.get("grado").to_lowercase();
        if !GRADI.contains(&grado.as_str()) {
            self.fault(fields.0.number, "grado", format!("non previsto: scrivi {}", GRADI.join(", ")));
        }
        grado
    }

    fn date(&mut self, fields: &Fields<'_>) -> Option<NaiveDate> {
        let text = fields.get("alunno_nascita");
        let date = ["%Y-%m-%d", "%d/%m/%Y"]
            .iter()
            .filter_map(|form| NaiveDate::parse_from_str(text, form).ok())
            .find(|date| YEARS.contains(&date.year()));
        if date.is_none() {
            self.fault(fields.0.number, "alunno_nascita", "scrivi la data come 2018-09-12 o 12/09/2018".to_owned());
        }
        date
    }

    fn person(&mut self, fields: &Fields<'_>, columns: [&'static str; 3], birth: Option<NaiveDate>) -> Person {
        let [code, cognome, nome] = columns;
        let codice_fiscale = match CodiceFiscale::parse(fields.get(code), birth) {
            Ok(read) => read.as_str().to_owned(),
            Err(_) => {
                self.fault(
                    fields.0.number,
                    code,
                    "non è un codice fiscale: controllalo sulla tessera sanitaria".to_owned(),
                );
                String::new()
            }
        };
        Person { codice_fiscale, cognome: self.text(fields, cognome), nome: self.text(fields, nome) }
    }

    fn email(&mut self, fields: &Fields<'_>) -> Option<String> {
        let text = fields.get("pagante_email");
        if text.is_empty() {
            return None;
        }
        let (local, domain) = text.rsplit_once('@').unwrap_or_default();
        let possible = !local.is_empty()
            && domain.contains('.')
            && text.len() <= 254
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !possible {
            self.fault(
                fields.0.number,
                "pagante_email",
                "non è un indirizzo e-mail: correggilo o lascia vuoto".to_owned(),
            );
        }
        Some(text.to_owned())
    }

    /// The same code with other data would make two truths of one.
    fn agree(&mut self, found: &Famiglia) {
        let line = found.line;
        let plesso = (found.plesso.name.clone(), found.grado.clone());
        if *self.plessi.entry(found.plesso.codice.clone()).or_insert_with(|| plesso.clone()) != plesso {
            self.fault(line, "plesso_codice", "è già stato usato con un altro nome o grado".to_owned());
        }
        let key = (found.plesso.codice.clone(), found.classe.codice.clone());
        if *self.classi.entry(key).or_insert_with(|| found.classe.name.clone()) != found.classe.name {
            self.fault(line, "classe_codice", "è già stato usato con un altro nome nello stesso plesso".to_owned());
        }
        let child = (found.alunno.clone(), found.nascita);
        let code = found.alunno.codice_fiscale.clone();
        if *self.alunni.entry(code).or_insert_with(|| child.clone()) != child {
            self.fault(line, "alunno_codice_fiscale", "è già comparso con altri dati".to_owned());
        }
        let code = found.pagante.codice_fiscale.clone();
        if *self.paganti.entry(code).or_insert_with(|| found.pagante.clone()) != found.pagante {
            self.fault(line, "pagante_codice_fiscale", "è già comparso con altri dati".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "plesso_codice;plesso;grado;classe_codice;classe;alunno_codice_fiscale;alunno_cognome;alunno_nome;alunno_nascita;pagante_codice_fiscale;pagante_cognome;pagante_nome;pagante_email";
    const LINE: &str = "P1;Scuola primaria;primaria;3A;3ª A;FRRTMS18P12L400B;Ferrari;Tommaso;2018-09-12;BNCGLI86C54A794L;Bianchi;Giulia;giulia@posta.example";

    fn fault(text: &str) -> String {
        let faults = read(text.as_bytes()).expect_err("the file is refused");
        faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_good_file_reads_in_each_form() {
        let text = format!("{HEAD}\n{LINE}\n");
        let read_as_utf8 = read(text.as_bytes()).expect("reads");
        assert_eq!((read_as_utf8[0].line, read_as_utf8[0].classe.name.as_str()), (2, "3ª A"));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        assert_eq!(read(&marked).expect("reads with a mark"), read_as_utf8);
        let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
        assert_eq!(read(&windows).expect("reads as Windows-1252"), read_as_utf8);
        let commas = text.replace(';', ",").replace("2018-09-12", "12/09/2018").replace('\n', "\r\n");
        assert_eq!(read(commas.as_bytes()).expect("reads with commas"), read_as_utf8);
    }

    #[test]
    fn each_fault_is_named() {
        let cases = [
            ("FRRTMS18P12L400B", "FRRTMS18P12L400C", "riga 2, colonna alunno_codice_fiscale"),
            ("2018-09-12", "12-9-18", "riga 2, colonna alunno_nascita"),
            ("primaria;3A", "liceo;3A", "riga 2, colonna grado"),
            ("Ferrari", "", "riga 2, colonna alunno_cognome: manca"),
            ("giulia@posta.example", "giulia", "riga 2, colonna pagante_email"),
            ("P1;Scuola", "Scuola", "riga 2: ha 12 campi invece di 13"),
            (HEAD, &HEAD.replace("grado;", ""), "riga 1, colonna grado: la colonna manca"),
        ];
        for (from, to, expected) in cases {
            let found = fault(&format!("{HEAD}\n{LINE}\n").replacen(from, to, 1));
            assert!(found.contains(expected), "{expected}: {found}");
        }
        assert!(fault(HEAD).contains("non ha righe"));
        assert!(fault("").contains("la colonna manca"));
    }

    #[test]
    fn one_code_has_one_truth() {
        let other = LINE.replace("Scuola primaria", "Altra scuola");
        assert!(fault(&format!("{HEAD}\n{LINE}\n{other}\n")).contains("riga 3, colonna plesso_codice"));
        let other = LINE.replace("Tommaso", "Tomaso");
        assert!(fault(&format!("{HEAD}\n{LINE}\n{other}\n")).contains("riga 3, colonna alunno_codice_fiscale"));
    }

    #[test]
    fn faults_have_an_end() {
        let bad = LINE.replace("primaria;3A", "x;3A");
        let text = format!("{HEAD}\n{}", format!("{bad}\n").repeat(500));
        assert_eq!(read(text.as_bytes()).expect_err("refused").len(), MAX_FAULTS);
    }
}
