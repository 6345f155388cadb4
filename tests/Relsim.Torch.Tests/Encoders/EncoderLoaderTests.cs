using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;

namespace Relsim.Torch.Tests.Encoders;

public sealed class EncoderLoaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public EncoderLoaderTests()
    {
        using MiniModel model = TinyMini.Model(TinyMini.Config(128));
        ModuleWeights.Save(model, folder.File(MiniTraining.WeightsFile));
        File.WriteAllText(folder.File(MiniTraining.ConfigFile), TinyMini.Config(128).ToJson());
    }

    public static TheoryData<EncoderOptions, string> Refused => new()
    {
        { new EncoderOptions { Device = "cuda" }, "on the CPU alone" },
        { new EncoderOptions { DType = WeightType.F32 }, "F32" },
        { new EncoderOptions { BatchTokens = 100 }, "budget of tokens" },
        { new EncoderOptions { Base = "x" }, "no base model" },
        { new EncoderOptions { TextModel = "x" }, "no text model" },
        { new EncoderOptions { Profile = "relsim-native" }, "mini-128" },
    };

    public static TheoryData<EncoderOptions, string> Invalid => new()
    {
        { new EncoderOptions { Device = "gpu" }, "'gpu'" },
        { new EncoderOptions { Device = "cuda:-1" }, "'cuda:-1'" },
        { new EncoderOptions { Device = "cuda", DType = WeightType.I8 }, "CPU alone" },
        { new EncoderOptions { DType = (WeightType)9 }, "9" },
        { new EncoderOptions { BatchTokens = 0 }, "at least 1" },
        { new EncoderOptions { Profile = "square" }, "relsim-train448" },
    };

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Load_MiniFolder_TakesOptionsThatSayWhatItIs()
    {
        using RelationalEncoder encoder = EncoderLoader.Load(folder.FullName, new EncoderOptions { Device = "cpu", Profile = "mini-128" });

        Assert.IsType<MiniEncoder>(encoder);
        Assert.True(encoder.Shape.SideBySide);
        Assert.True(encoder.HasInterest && encoder.CanEmbedTexts && encoder.AttributeDimension > 0);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Load_OptionThatMeansNothingToMini_SaysSo(EncoderOptions options, string expected)
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => EncoderLoader.Load(folder.FullName, options));

        Assert.Contains("tiny", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Validate_ValueOutOfRange_NamesIt(EncoderOptions options, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_FolderWithoutConfiguration_NamesTheFile()
    {
        File.Delete(folder.File(MiniTraining.ConfigFile));

        WeightsException e = Assert.Throws<WeightsException>(() => EncoderLoader.Load(folder.FullName));

        Assert.Equal(folder.File(MiniTraining.ConfigFile), e.FilePath);
        Assert.Contains("adapter_config.json", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "model_type": "llama" }""", "'llama'")]
    [InlineData("""{ "model_type": 3 }""", "configuration")]
    [InlineData("[]", "configuration")]
    [InlineData("not json", "configuration")]
    [InlineData("{}", "'model_id'")]
    public void Load_ConfigurationOfNoKnownModel_NamesFileAndFault(string config, string expected)
    {
        File.WriteAllText(folder.File(MiniTraining.ConfigFile), config);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => EncoderLoader.Load(folder.FullName));

        Assert.Contains(folder.File(MiniTraining.ConfigFile), e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }
}
