# Addebiti diretti SEPA (SDD), pagine dell'ufficio.

ufficio-menu-sdd = Addebiti SDD
sdd-titolo = Addebiti SDD
sdd-spenta = Questo ente non raccoglie con addebito SDD: mancano i dati della riscossione nelle impostazioni.

# Preparare
sdd-prepara-titolo = Prepara la distinta
sdd-prepara-testo = La distinta è il file per la banca. Contiene le rette da pagare entro il giorno di addebito, con il preavviso dovuto.
sdd-primo-giorno = prossimo giorno di addebito
sdd-addebiti = rette da addebitare
sdd-totale = totale
sdd-senza-mandato = { $n ->
    [one] 1 retta resta fuori: manca un mandato attivo.
   *[other] { $n } rette restano fuori: manca un mandato attivo.
}
sdd-giorno = Giorno di addebito
sdd-giorno-aiuto = Un giorno in cui le banche lavorano, per esempio { $giorno }.
sdd-prepara = Prepara la distinta
sdd-giorno-forma = Scegli il giorno di addebito
sdd-giorno-niente = In quel giorno non c’è nessuna retta da addebitare
sdd-giorno-chiuso = Quel giorno le banche sono chiuse: il primo giorno utile è { $giorno }
sdd-giorno-presto = La banca riceverebbe il file troppo tardi: il primo giorno utile è { $giorno }
sdd-giorno-lontano = Il giorno è troppo lontano: scegline uno fino al { $giorno }

# Distinte
sdd-distinte = Distinte
sdd-distinte-nessuna = Nessuna distinta, per ora.
sdd-distinte-elenco = Distinte, dalla più recente
sdd-col-distinta = Distinta
sdd-col-giorno = Addebito
sdd-col-addebiti = Rette
sdd-col-totale = Totale
sdd-col-stato = Stato
sdd-col-azioni = Azioni
sdd-stato-generata = Da scaricare
sdd-stato-inviata = Inviata alla banca
sdd-stato-esitata = Con risposta della banca
sdd-stato-annullata = Annullata
sdd-scaricata = scaricata il { $quando }
sdd-scarica = Scarica
sdd-annulla = Annulla
sdd-azioni-nessuna = nessuna

# Risposte della banca
sdd-importa-titolo = Importa l’esito
sdd-importa-testo = Carica il file con cui la banca dice quali addebiti ha respinto. Lo stesso file due volte non cambia nulla.
sdd-file = File della banca
sdd-file-aiuto = File XML pain.002, al massimo 8 MB.
sdd-importa = Importa l’esito
sdd-file-manca = Scegli il file della banca
sdd-file-altro = Questo file non è un esito pain.002 leggibile: non abbiamo cambiato nulla
sdd-file-di-altri = Questo esito parla di una distinta con altri addebiti, forse di un altro ente: non abbiamo cambiato nulla
sdd-file-errori = { $n ->
    [one] Nel file c’è una riga sbagliata: non abbiamo cambiato nulla
   *[other] Nel file ci sono { $n } righe sbagliate: non abbiamo cambiato nulla
}
sdd-file-rifiutato = Chiedi alla banca un file corretto. Le righe sbagliate:
sdd-errore-record = Riga { $n }: { $motivo }
sdd-errore-forma = non segue lo schema
sdd-errore-riferimento = manca il riferimento dell’addebito
sdd-errore-stato = lo stato manca o non è conosciuto
sdd-errore-causale = la causale non è leggibile
sdd-errore-importo = l’importo non è leggibile
sdd-errore-valuta = l’importo non è in euro
sdd-errore-doppio = ripete la riga { $n }
sdd-errore-importo-diverso = l’importo non è quello dell’addebito
sdd-errore-mandato-diverso = il mandato non è quello dell’addebito
sdd-errore-creditore-diverso = il creditore non è questo ente
sdd-esiti = Esiti importati
sdd-esito-breve = { $quando }, { $n ->
    [one] 1 riga
   *[other] { $n } righe
}
sdd-esito-titolo = Esito della banca
sdd-esito-letto = { $file }, importato il { $quando }
sdd-esito-gia-letto = Questo file era già stato importato: non abbiamo cambiato nulla.
sdd-esito-vuoto = Il file non contiene righe sui singoli addebiti.
sdd-esito-elenco = { $n ->
    [one] 1 riga
   *[other] { $n } righe
}
sdd-col-record = Riga
sdd-col-riferimento = Riferimento
sdd-col-sorte = Che cosa è successo
sdd-col-motivo = Motivo della banca
sdd-motivo-nessuno = nessuno
sdd-record-tutto = tutto il file
sdd-sorte-insoluto = Insoluto: la famiglia paga con pagoPA
sdd-sorte-ripreso = Da addebitare di nuovo
sdd-sorte-in-corso = In corso
sdd-sorte-gia-noto = Già registrato
sdd-sorte-sconosciuto = Riferimento sconosciuto
sdd-da-guardare = da controllare
sdd-torna = Torna agli addebiti SDD
