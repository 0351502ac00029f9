# Office: sample checks of declarations (DPR 445/2000, article 71).

ufficio-menu-controlli = Sample checks
campione-titolo = Sample checks
campione-uno = Check
campione-testo = Some of the accepted applications are drawn, to verify what was declared (DPR 445/2000, article 71). Those in which something does not fit are always checked.
campione-niente = Nothing has been drawn yet.
campione-elenco-titolo = Draws
campione-col-periodo = Accepted
campione-col-da-fare = To be checked
campione-periodo = from { $dal } to { $al }
campione-modello = Form
campione-modelli-tutti = All
campione-popolazione = Accepted applications
campione-fatte = Checked { $n } of { $tutte }
campione-pratiche-n = { $n ->
    [one] { $n } application
   *[other] { $n } applications
}

campione-nuovo = New check
campione-nuovo-testo = The portal draws among the applications accepted in the period, also in part and by silence, in which something is declared. It shows who drew, when and how.
campione-modello-aiuto = Only forms in which something is declared.
campione-modello-errato = Choose a form of the list.
campione-dal = Accepted from
campione-dal-aiuto = The first day of the period.
campione-al = Accepted until
campione-al-aiuto = The last day: before today. The period lasts { $giorni } days at most.
campione-periodo-errato = Write a period that is over, of { $giorni } days at most.
campione-percentuale = Percentage
campione-percentuale-aiuto = A whole number from 1 to 100. It is rounded up.
campione-percentuale-errata = Write a whole number from 1 to 100.
campione-una-volta = A period is drawn only once, and the draw does not change.
campione-estrai = Draw
campione-gia-estratto = Some days of this period have been drawn already. Choose another period.
campione-gia-estratto-apri = Open the earlier draw
campione-nessuna = No application with declarations was accepted in this period.
campione-troppe = There are more than { $n } applications: choose a shorter period.

campione-uno-titolo = Check { $periodo }
campione-estratte = Drawn
campione-estratte-di = { $n } ({ $percento }%)
campione-aggiunte = Added because something does not fit
campione-estratto = Drawn
campione-estratto-da = by { $chi }, { $quando }
campione-elenco = { $n ->
    [one] { $n } application to be checked
   *[other] { $n } applications to be checked, those without outcome first
}
campione-motivo = Why it is checked
campione-motivo-sorteggio = Drawn
campione-motivo-incongruenza = Something does not fit
campione-esito = Outcome
campione-da-controllare = To be checked
campione-esito-conforme = In order
campione-esito-sanabile = Can be mended
campione-esito-difforme = Not true
campione-controllata = Checked

campione-segue = What follows
campione-conforme-segue = What was declared is true.
campione-sanabile-segue = An irregularity or omission that is no falsehood: the applicant is told and mends it. Otherwise the procedure goes no further (article 71, paragraph 3).
campione-difforme-segue = A false declaration: the benefit is lost (article 75) and there is criminal liability (article 76). That is decided by an act of its own.

campione-rifai = How to draw again
campione-rifai-testo = Anybody can do it without the portal, with the list and the seed.
campione-lista = List
campione-lista-scarica = Download the list of numbers (CSV)
campione-impronta = SHA-256 of the list
campione-seme = Seed
campione-rifai-1 = Reckon the SHA-256 of the list: it is the one above.
campione-rifai-2 = For each number reckon the SHA-256 of the seed followed by the number, without blanks.
campione-rifai-3 = { $n ->
    [one] Put the results in order: the first is the number that was drawn.
   *[other] Put the results in order: the first { $n } are the numbers that were drawn.
}

campione-verifica-titolo = Check of application { $numero }
campione-esito-manca = Choose the outcome of the check.
campione-nota = What was found
campione-nota-aiuto = How you verified and what you found. Needed unless all is in order. Up to { $max } characters, without data about health, beliefs and accounts.
campione-nota-manca = Write what was found, 5 to { $max } characters.
campione-salva = Record the outcome
campione-tardi = Somebody recorded an outcome meanwhile. See how it is now.
campione-propria = This is your own application: somebody else checks it.
campione-scrivi = Write to the applicant what to mend
campione-pratica-estratta = In the sample check of { $data }
