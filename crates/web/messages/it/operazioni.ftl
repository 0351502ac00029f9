# Ufficio: il registro delle operazioni, per chi controlla.

ufficio-menu-operazioni = Operazioni
operazioni-titolo = Registro delle operazioni
operazioni-testo = Chi ha fatto che cosa e quando. I contenuti non ci sono. Anche questa consultazione resta annotata.
operazioni-di-uno = Vedi le operazioni di una sola persona.
operazioni-di-tutti = Mostra quelle di tutti
operazioni-dal = Dal giorno
operazioni-al = Al giorno
operazioni-cosa = Operazione
operazioni-cosa-aiuto = La parola con cui comincia, per esempio pratica. o ruolo.grant
operazioni-cosa-errato = Scrivi solo lettere minuscole, punti e trattini bassi.
operazioni-giorni-errati = Scegli giorni in ordine, al massimo un anno.
operazioni-aperture = Solo le aperture di dati su salute, convinzioni, reddito e conti
operazioni-elenco = Dal { $dal } al { $al }, le più recenti per prime
operazioni-quando = Quando
operazioni-chi = Chi
operazioni-cosa-col = Che cosa
operazioni-su = Su che cosa
operazioni-portale = Il portale
operazioni-motivo = Motivo:
operazioni-niente = Nessuna operazione con questi filtri. Prova con altri giorni.
operazioni-pagine = Pagine del registro
operazioni-prima = Più vecchie
