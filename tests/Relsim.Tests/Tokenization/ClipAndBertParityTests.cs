using Relsim.Tests.Imaging;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class ClipAndBertParityTests
{
    [Fact]
    public void ClipEncode_EveryReferenceText_GivesOpenAIsIds()
    {
        var tokenizer = ClipTokenizer.Load(ReferenceImages.Find("tokenizers", "clip"));
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("clip")!, tokenizer.Encode(c.Text))));
    }

    [Fact]
    public void ClipEncode_HuggingFaceCleaning_GivesHuggingFacesIds()
    {
        var tokenizer = ClipTokenizer.Load(ReferenceImages.Find("tokenizers", "clip"), ClipCleaning.HuggingFace);
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("hf_clip") ?? c.Ids("clip")!, tokenizer.Encode(c.Text))));
    }

    [Fact]
    public void ClipEncode_LongerThanTheContext_KeepsTheEndMark()
    {
        var tokenizer = ClipTokenizer.Load(ReferenceImages.Find("tokenizers", "clip"));
        string text = string.Join(' ', Enumerable.Repeat("word", 200));
        Assert.Equal(ClipTokenizer.DefaultContextLength, tokenizer.Encode(text).Count);
        Assert.Equal(tokenizer.EndId, tokenizer.Encode(text)[^1]);
        Assert.Equal([tokenizer.StartId, tokenizer.EndId], tokenizer.Encode(text, 2));
    }

    [Fact]
    public void BertEncode_EveryReferenceText_GivesTheReferenceIds()
    {
        BertTokenizer tokenizer = BertTokenizer.Load(ReferenceImages.Find("tokenizers", "bert_uncased"));
        ReferenceTokenizers.AssertEqualIds(ReferenceTokenizers.Cases().Select(c => (c.Text, c.Ids("bert")!, tokenizer.Encode(c.Text))));
    }

    [Fact]
    public void BertEncode_LongerThanTheLimit_KeepsBothMarks()
    {
        BertTokenizer tokenizer = BertTokenizer.Load(ReferenceImages.Find("tokenizers", "bert_uncased"));
        foreach (ReferenceTokenizers.TokenizerCase c in ReferenceTokenizers.Cases())
        {
            IReadOnlyList<int> whole = c.Ids("bert")!;
            IReadOnlyList<int> cut = tokenizer.Encode(c.Text, 5);
            Assert.Equal(whole.Count <= 5 ? whole : [.. whole.Take(4), tokenizer.SepId], cut);
        }
    }
}
