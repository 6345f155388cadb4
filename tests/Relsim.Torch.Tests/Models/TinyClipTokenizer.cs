using System.Text.Json;

namespace Relsim.Torch.Tests.Models;

/// <summary>The files of a small CLIP tokenizer: the bytes, inside a word and at its end, a few merges and the two marks at the ids 528 and 529.</summary>
internal static class TinyClipTokenizer
{
    private static readonly string[] Merges = ["c a", "ca t</w>", "d o", "do g</w>", "t h", "th e</w>"];

    public static void Write(string folder)
    {
        // The letters that byte-level BPE writes bytes with (GPT-2): printable ones as they are, the others from U+0100 on.
        int[] printable = [.. Enumerable.Range(33, 94), .. Enumerable.Range(161, 12), .. Enumerable.Range(174, 82)];
        string[] letters = [.. printable.Concat(Enumerable.Range(256, 256 - printable.Length)).Select(code => ((char)code).ToString())];
        string[] tokens = [.. letters, .. letters.Select(letter => $"{letter}</w>"), .. Merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))];
        Dictionary<string, int> vocabulary = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
        vocabulary["<|startoftext|>"] = 528;
        vocabulary["<|endoftext|>"] = 529;
        File.WriteAllText(Path.Combine(folder, "vocab.json"), JsonSerializer.Serialize(vocabulary));
        File.WriteAllLines(Path.Combine(folder, "merges.txt"), ["#version: 0.2", .. Merges]);
    }
}
