using CsCheck;
using Relsim.Evaluation.Services;

namespace Relsim.Evaluation.Tests.Services;

public sealed class ServiceSpecTests
{
    [Theory]
    [InlineData("openai:gpt-4o", ServiceKind.OpenAI, "gpt-4o")]
    [InlineData("Azure:my deployment", ServiceKind.Azure, "my deployment")]
    [InlineData("ollama:qwen2.5vl:7b", ServiceKind.Ollama, "qwen2.5vl:7b")]
    [InlineData("vllm: Qwen/Qwen2.5-VL-7B-Instruct ", ServiceKind.Vllm, "Qwen/Qwen2.5-VL-7B-Instruct")]
    public void Parse_KnownForms_AreRead(string text, ServiceKind kind, string model)
    {
        var spec = ServiceSpec.Parse(text);

        Assert.Equal(new ServiceSpec(kind, model), spec);
        Assert.Equal(spec, ServiceSpec.Parse(spec.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpt-4o")]
    [InlineData("anthropic:x")]
    [InlineData("openai")]
    [InlineData("openai: ")]
    public void Parse_OtherText_ListsWhatIsKnown(string text)
    {
        var error = Assert.Throws<ServiceException>(() => ServiceSpec.Parse(text));

        Assert.Contains(ServiceSpec.Forms, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_AnyText_IsReadOrRefusedAndNothingElse() => Gen.String.Sample(text =>
    {
        try
        {
            return ServiceSpec.Parse(text).Model.Length > 0;
        }
        catch (ServiceException e)
        {
            return e.Message.Contains(ServiceSpec.Forms, StringComparison.Ordinal);
        }
    });
}
