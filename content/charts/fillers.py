"""Words that say nothing by themselves, left out of word lists; in both languages."""

FILLERS = frozenset({
    "yang", "dan", "dari", "untuk", "dengan", "pada", "agar", "atau", "ini", "itu", "saya", "kami", "kita", "anda",
    "tidak", "sudah", "akan", "bisa", "dapat", "juga", "lebih", "karena", "oleh", "sebagai", "dalam", "ada",
    "adalah", "para", "serta", "lagi", "bagi", "saat", "hal", "the", "and", "for", "with", "that", "this", "are",
    "was", "have", "not", "can", "will", "our", "your", "from", "you", "they", "but", "more", "very", "also",
    "mohon", "bila", "pun", "terima", "kasih", "sebelum", "sesudah", "menjadi", "mana", "jika", "kalau", "supaya",
    "please", "thank", "thanks", "before", "after", "when", "if",
})  # fmt: skip
