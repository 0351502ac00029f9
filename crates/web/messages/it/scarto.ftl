# Ufficio: lo scarto di ciò che ha superato il tempo di conservazione.

ufficio-menu-scarto = Scarto
scarto-titolo = Scarto
scarto-testo = Il portale propone ciò che ha superato il suo tempo. Si elimina solo ciò che approvi. Ciò che serve ancora si trattiene, con un motivo.
scarto-niente = Non c’è nulla da scartare.
scarto-elenco = Proposte di scarto
scarto-cosa = Che cosa
scarto-respinte = File di una pratica respinta
scarto-dieta = Dati e certificati di una dieta finita
scarto-finita = Finita il
scarto-proposto = Da decidere
scarto-trattenuto = Trattenuto
scarto-approvato = Approvato, in corso
scarto-eseguito = Eliminato
scarto-regole = Per quanto si conserva
scarto-regola = Conservazione
scarto-regola-portale = { $n ->
    [one] { $n } anno
   *[other] { $n } anni
}, regola del portale
scarto-regola-atto = { $n ->
    [one] { $n } anno
   *[other] { $n } anni
}: { $atto }
scarto-scegli = Scegli che cosa
scarto-cosa-manca = Scegli che cosa riguarda la regola.
scarto-anni = Anni
scarto-anni-aiuto = Da 1 a 50, dal giorno in cui è finita.
scarto-anni-errati = Scrivi un numero da 1 a 50.
scarto-atto = Atto
scarto-atto-aiuto = Tipo, numero e data dell’atto che lo stabilisce.
scarto-atto-manca = Scrivi l’atto che lo stabilisce.
scarto-regola-salva = Imposta la regola
scarto-uno-titolo = Scarto della pratica { $numero }
scarto-deciso = Deciso
scarto-da = da { $chi } il { $data }
scarto-motivo = Perché si trattiene
scarto-motivo-aiuto = Per esempio un ricorso. Da 5 a 500 caratteri.
scarto-fatto = Eliminato
scarto-fatto-il = { $n ->
    [one] il { $data }, con { $n } file
   *[other] il { $data }, con { $n } file
}
scarto-approva-testo = Ciò che approvi si elimina e non si recupera.
scarto-approva = Approva lo scarto
scarto-trattieni = Trattieni
scarto-libera = Non trattenere più
scarto-tardi = Nel frattempo qualcuno ha deciso. Guarda com’è adesso.
