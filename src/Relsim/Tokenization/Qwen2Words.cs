namespace Relsim.Tokenization;

/// <summary>
/// The words of Qwen2's pattern (transformers 4.50, PRETOKENIZE_REGEX of models/qwen2/tokenization_qwen2.py), read by hand over code points:
/// contraction; letters with at most one sign before; one number; signs with at most one space before and the breaks after; white space up
/// to its last break; white space but for its last character where a word follows.
/// </summary>
internal static class Qwen2Words
{
    /// <summary>Units of the word that a text, which is not empty, begins with.</summary>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        int contraction = CharacterKinds.Contraction(text);
        if (contraction > 0)
        {
            return contraction;
        }

        CharacterKind kind = CharacterKinds.At(text, 0, out int units);
        if (kind is not (CharacterKind.Number or CharacterKind.Break))
        {
            int start = kind == CharacterKind.Letter ? 0 : units;
            int end = CharacterKinds.EndOfRun(text, start, CharacterKind.Letter);
            if (end > start)
            {
                return end;
            }
        }

        if (kind == CharacterKind.Number)
        {
            return units;
        }

        int signs = text[0] == ' ' ? 1 : 0;
        int afterSigns = CharacterKinds.EndOfRun(text, signs, CharacterKind.Other);
        return afterSigns > signs ? CharacterKinds.EndOfRun(text, afterSigns, CharacterKind.Break) : WhiteSpace(text);
    }

    private static int WhiteSpace(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && CharacterKinds.At(text, end, out _) is CharacterKind.Space or CharacterKind.Break)
        {
            end++;
        }

        int lastBreak = text[..end].LastIndexOfAny('\r', '\n');
        return lastBreak >= 0 ? lastBreak + 1 : end == text.Length || end == 1 ? end : end - 1;
    }
}
