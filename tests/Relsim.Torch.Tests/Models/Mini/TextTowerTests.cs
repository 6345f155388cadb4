using Relsim.Torch.Models.Mini;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Mini;

public sealed class TextTowerTests
{
    private static readonly string LongText = string.Join(' ', Enumerable.Range(0, 500).Select(i => $"word{i}"));

    public static TheoryData<string> OddTexts => ["", "   ", "👍🏽🧑‍🚀", "...!?", "{", "{Subject A} above {Subject B}", "猫は箱の中", "مربع داخل دائرة", "\0\u200b", "x\uD83Dy", LongText];

    [Theory]
    [MemberData(nameof(OddTexts))]
    public void Encode_AnyText_GivesFiniteNumbers(string text)
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new TextTower(TinyMini.Config());

        float[] vector = tower.Encode([text]).data<float>().ToArray();

        Assert.Equal(TinyMini.Config().TextDimension, vector.Length);
        Assert.All(vector, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Encode_Text_MeansTheSameAloneAndInAnyBatch()
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new TextTower(TinyMini.Config());
        string[] texts = ["", "one ring inside another", LongText, "👍", "two", "{Subject} repeats along a line", ""];

        Tensor together = tower.Encode(texts);
        Tensor backwards = tower.Encode([.. texts.Reverse()]);

        for (int i = 0; i < texts.Length; i++)
        {
            Tensor alone = tower.Encode([texts[i]]);
            Assert.True((alone - together.narrow(0, i, 1)).abs().max().item<float>() < 1e-5f, $"'{texts[i]}' in a batch");
            Assert.True((alone - backwards.narrow(0, texts.Length - 1 - i, 1)).abs().max().item<float>() < 1e-5f, $"'{texts[i]}' in a batch turned round");
        }
    }

    [Fact]
    public void Encode_SameWordsInAnotherOrder_MeansSomethingElse()
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new TextTower(TinyMini.Config());

        Tensor both = tower.Encode(["the small one holds the large", "the large one holds the small"]);

        Assert.True((both[0] - both[1]).abs().max().item<float>() > 1e-3f);
    }

    [Fact]
    public void Encode_MoreWordsThanTheLimit_ReadsTheFirst()
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new TextTower(TinyMini.Config());
        string[] words = LongText.Split(' ');

        Tensor both = tower.Encode([LongText, string.Join(' ', words.Take(TinyMini.Config().TextLength))]);
        Tensor shorter = tower.Encode([string.Join(' ', words.Take(TinyMini.Config().TextLength - 1))]);

        Assert.True((both[0] - both[1]).abs().max().item<float>() < 1e-6f);
        Assert.True((both[0] - shorter[0]).abs().max().item<float>() > 1e-4f);
    }

    [Fact]
    public void Encode_UpperCaseAndPunctuation_DoNotMatter()
    {
        using DisposeScope scope = NewDisposeScope();
        using var tower = new TextTower(TinyMini.Config());

        Tensor both = tower.Encode(["A ring, inside another!", "a RING inside another"]);

        Assert.True((both[0] - both[1]).abs().max().item<float>() < 1e-6f);
    }
}
