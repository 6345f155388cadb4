namespace Relsim.Evaluation.Services;

/// <summary>Where a model is served.</summary>
public enum ServiceKind
{
    /// <summary>OpenAI, by its API.</summary>
    OpenAI,

    /// <summary>Azure OpenAI, by its v1 API.</summary>
    Azure,

    /// <summary>Ollama, by its own API.</summary>
    Ollama,

    /// <summary>vLLM, or any other server of OpenAI's API.</summary>
    Vllm,
}

/// <summary>A model of a service by name: <c>openai:gpt-4o</c>, <c>azure:DEPLOYMENT</c>, <c>ollama:qwen2.5vl</c>, <c>vllm:Qwen/Qwen2.5-VL-7B-Instruct</c>.</summary>
/// <param name="Kind">The service.</param>
/// <param name="Model">The model as the service calls it; for Azure the deployment.</param>
public sealed record ServiceSpec(ServiceKind Kind, string Model)
{
    /// <summary>The forms that a name can have, for messages and help.</summary>
    public const string Forms = "openai:MODEL, azure:DEPLOYMENT, ollama:MODEL or vllm:MODEL";

    /// <summary>Reads a name; only the first colon divides it, so that <c>ollama:qwen2.5vl:7b</c> names a tag.</summary>
    /// <exception cref="ServiceException">The text is of none of the forms.</exception>
    public static ServiceSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', 2, StringSplitOptions.TrimEntries);
        ServiceKind? kind = parts[0].ToLowerInvariant() switch
        {
            "openai" => ServiceKind.OpenAI,
            "azure" => ServiceKind.Azure,
            "ollama" => ServiceKind.Ollama,
            "vllm" => ServiceKind.Vllm,
            _ => null,
        };
        return kind switch
        {
            null => throw new ServiceException($"'{text}' names no service. Known are {Forms}."),
            _ when parts.Length < 2 || parts[1].Length == 0 => throw new ServiceException($"'{text}' names no model. Write one of {Forms}."),
            { } known => new ServiceSpec(known, parts[1]),
        };
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => $"{Kind.ToString().ToLowerInvariant()}:{Model}";
}
