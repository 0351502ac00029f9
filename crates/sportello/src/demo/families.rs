//! Invented families with valid codes: always the same for the same ente, number and school year.

use std::{collections::HashSet, fmt::Write as _};

use chrono::{Days, NaiveDate};
use sportello_app::clock::Chance;
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    codice_fiscale::{CodiceFiscale, Sesso},
    famiglie::COLUMNS,
};

const COGNOMI: [&str; 40] = [
    "Agazzi",
    "Arrigoni",
    "Belotti",
    "Bonomi",
    "Caccia",
    "Carminati",
    "Colombo",
    "Cortesi",
    "Dolci",
    "Donati",
    "Esposito",
    "Facchetti",
    "Ferri",
    "Gambirasio",
    "Ghezzi",
    "Gritti",
    "Invernizzi",
    "Lazzari",
    "Lorenzi",
    "Maffeis",
    "Manzoni",
    "Milesi",
    "Morandi",
    "Nava",
    "Oberti",
    "Paganelli",
    "Pesenti",
    "Quarti",
    "Ravasio",
    "Rota",
    "Sala",
    "Signorelli",
    "Tasca",
    "Testa",
    "Ubiali",
    "Valsecchi",
    "Villa",
    "Zanchi",
    "Zonca",
    "Zucchelli",
];
const NOMI_F: [&str; 20] = [
    "Adele",
    "Alice",
    "Anita",
    "Aurora",
    "Beatrice",
    "Camilla",
    "Carlotta",
    "Chiara",
    "Elena",
    "Emma",
    "Gaia",
    "Giada",
    "Ginevra",
    "Greta",
    "Irene",
    "Ludovica",
    "Margherita",
    "Noemi",
    "Viola",
    "Zoe",
];
const NOMI_M: [&str; 20] = [
    "Achille", "Andrea", "Davide", "Diego", "Edoardo", "Elia", "Ettore", "Federico", "Filippo", "Gabriele", "Giacomo",
    "Jacopo", "Leonardo", "Matteo", "Nicolò", "Pietro", "Riccardo", "Samuele", "Tommaso", "Zeno",
];
/// Places of birth (Belfiore): Bergamo, Treviglio, Milano.
const LUOGHI: [&str; 3] = ["A794", "L400", "F205"];
/// Children of people who can sign in, enrolled already: the last lines of the file.
pub const ENROLLED: usize = 2;
/// Families with two children at school, out of four.
const WITH_SIBLING: u64 = 1;

/// A class and the age at which its children stand in September.
struct Classe {
    plesso: (&'static str, &'static str, &'static str),
    codice: String,
    name: String,
    age: i32,
}

/// The classes of an ente, with one section more where it is large.
fn classes(pupils: usize) -> Vec<Classe> {
    let sections: &[&str] = if pupils >= 200 { &["A", "B"] } else { &["A"] };
    let infanzia = ("AA0DEMO01", "Scuola dell'infanzia Arcobaleno", "infanzia");
    let primaria = ("EE0DEMO01", "Scuola primaria Gianni Rodari", "primaria");
    let mut classes = Vec::new();
    for (name, age) in [("Girasoli", 3), ("Coccinelle", 4), ("Delfini", 5)] {
        classes.push(Classe { plesso: infanzia, codice: name.to_uppercase(), name: format!("sezione {name}"), age });
    }
    for year in 1..=5 {
        for section in sections {
            let (codice, name) = (format!("{year}{section}"), format!("{year}ª {section}"));
            classes.push(Classe { plesso: primaria, codice, name, age: 5 + year });
        }
    }
    classes
}

/// The file of families of an ente of the demonstration.
pub fn csv(slug: &str, pupils: usize, anno: AnnoScolastico) -> String {
    let seed = slug.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut maker = Maker { chance: Chance::seeded(seed), seen: HashSet::new(), anno, out: COLUMNS.join(";") };
    maker.out.push('\n');
    let classes = classes(pupils);
    let mut made = 0;
    let named = if slug == super::story::ENTE { ENROLLED } else { 0 };
    if named > 0 {
        made += maker.named_family(&classes);
    }
    while made < pupils - named {
        made += maker.family(&classes, pupils - named - made);
    }
    if named > 0 {
        maker.enrolled(&classes);
    }
    maker.out
}

struct Maker {
    chance: Chance,
    seen: HashSet<String>,
    anno: AnnoScolastico,
    out: String,
}

impl Maker {
    fn draw(&self, below: u64) -> u64 {
        u64::from_le_bytes(self.chance.bytes()) % below
    }

    fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.draw(from.len() as u64) as usize]
    }

    /// The family of the person who tells the story of the demonstration: two children, last year's classes.
    fn named_family(&mut self, classes: &[Classe]) -> usize {
        let parent = ("CLLMRA86C54B442Z".to_owned(), "Colleoni", "Maria");
        for (nome, sesso, at) in [("Tommaso", Sesso::Maschio, 5), ("Sofia", Sesso::Femmina, 1)] {
            let classe = &classes[at];
            let child = self.person("Ferrari", nome, sesso, self.born(classe.age));
            self.line(classe, &child, &parent);
        }
        2
    }

    /// The youngest child of the same person, and the daughter of somebody who pays by direct debit.
    fn enrolled(&mut self, classes: &[Classe]) {
        let maria = ("CLLMRA86C54B442Z".to_owned(), "Colleoni", "Maria");
        let elena = (super::story::BY_DEBIT.to_owned(), "Fumagalli", "Elena");
        for (cognome, nome, sesso, at, parent) in
            [("Colleoni", "Giacomo", Sesso::Maschio, 0, maria), ("Fumagalli", "Matilde", Sesso::Femmina, 4, elena)]
        {
            let classe = &classes[at];
            let child = self.person(cognome, nome, sesso, self.born(classe.age));
            self.line(classe, &child, &parent);
        }
    }

    /// One family with one child or two; gives how many.
    fn family(&mut self, classes: &[Classe], at_most: usize) -> usize {
        let (cognome, other) = (*self.pick(&COGNOMI), *self.pick(&COGNOMI));
        let (nome, sesso) = self.name();
        let age = 28 + self.draw(20) as i32;
        let (code, ..) = self.person(other, nome, sesso, self.born(age));
        let parent = (code, other, nome);
        let children = if at_most > 1 && self.draw(4) < WITH_SIBLING { 2 } else { 1 };
        let first = self.draw(classes.len() as u64) as usize;
        for child in 0..children {
            let classe = &classes[(first + child * 3) % classes.len()];
            let (nome, sesso) = self.name();
            let child = self.person(cognome, nome, sesso, self.born(classe.age));
            self.line(classe, &child, &parent);
        }
        children
    }

    fn name(&self) -> (&'static str, Sesso) {
        if self.draw(2) == 0 { (*self.pick(&NOMI_F), Sesso::Femmina) } else { (*self.pick(&NOMI_M), Sesso::Maschio) }
    }

    /// A day of birth for somebody who turns `age` in the calendar year in which the school year begins.
    fn born(&self, age: i32) -> NaiveDate {
        let first = NaiveDate::from_ymd_opt(self.anno.first_year() - age, 1, 1).expect("a year of our time");
        first + Days::new(self.draw(365))
    }

    /// A codice fiscale that nobody else in the file has, with the day of birth that it says.
    fn person<'n>(
        &mut self,
        cognome: &'n str,
        nome: &'n str,
        sesso: Sesso,
        born: NaiveDate,
    ) -> (String, &'n str, &'n str, NaiveDate) {
        let mut day = born;
        loop {
            let luogo = self.pick(&LUOGHI);
            let code =
                CodiceFiscale::compose(cognome, nome, day, sesso, luogo).expect("names of letters, a known place");
            if self.seen.insert(code.as_str().to_owned()) {
                return (code.as_str().to_owned(), cognome, nome, day);
            }
            day = day + Days::new(1);
        }
    }

    fn line(&mut self, classe: &Classe, child: &(String, &str, &str, NaiveDate), parent: &(String, &str, &str)) {
        let (plesso, plesso_name, grado) = classe.plesso;
        let (code, cognome, nome, born) = child;
        let (payer, payer_cognome, payer_nome) = parent;
        let email = format!("{}.{}@posta.example", ascii(payer_nome), ascii(payer_cognome));
        writeln!(
            self.out,
            "BG{plesso};{plesso_name};{grado};{};{};{code};{cognome};{nome};{born};{payer};{payer_cognome};{payer_nome};{email}",
            classe.codice, classe.name
        )
        .expect("writing to a string does not fail");
    }
}

fn ascii(name: &str) -> String {
    name.to_lowercase().replace('ò', "o")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_taken_in_whole_and_is_always_the_same() {
        let anno = AnnoScolastico::beginning_in(2026);
        let file = csv("calvenzano", 300, anno);
        let counts = sportello_app::famiglie::check(file.as_bytes()).map(|checked| checked.counts());
        let counts = counts.expect("the file has no fault");
        assert_eq!(counts.alunni, 300);
        assert!((220..=260).contains(&counts.paganti), "{} payers", counts.paganti);
        assert_eq!(file, csv("calvenzano", 300, anno));
        assert_ne!(file, csv("borgorosa", 300, anno));
    }
}
