namespace Relsim.Torch.Weights.Hub;

/// <summary>What a repository is to a model that is made of several.</summary>
public enum ModelRole
{
    /// <summary>A model that stands alone.</summary>
    Model,

    /// <summary>A PEFT adapter, with what was trained beside it.</summary>
    Adapter,

    /// <summary>The model that the adapter changes.</summary>
    Base,

    /// <summary>The model that puts text into the same space.</summary>
    Text,
}

/// <summary>One repository of a model.</summary>
/// <param name="Role">What it is to the model.</param>
/// <param name="Id">Where it is.</param>
public sealed record ModelPart(ModelRole Role, HubModelId Id);

/// <summary>A model with a short name.</summary>
/// <param name="Alias">The short name.</param>
/// <param name="Description">What it does, in a sentence.</param>
/// <param name="Parts">The repositories that it needs, in the order in which they are pulled.</param>
public sealed record KnownModel(string Alias, string Description, IReadOnlyList<ModelPart> Parts);

/// <summary>The one table of short names.</summary>
public static class KnownModels
{
    private static readonly HubModelId Qwen = HubModelId.Parse("Qwen/Qwen2.5-VL-7B-Instruct");
    private static readonly HubModelId MiniLm = HubModelId.Parse("sentence-transformers/all-MiniLM-L6-v2");

    /// <summary>All models with a short name.</summary>
    public static IReadOnlyList<KnownModel> All { get; } =
    [
        new("relsim-7b", "The paper's own model: relational embeddings of images, and of text beside them.",
        [
            new(ModelRole.Adapter, HubModelId.Parse("thaoshibe/relsim-qwenvl25-lora")),
            new(ModelRole.Text, MiniLm),
            new(ModelRole.Base, Qwen),
        ]),
        new("relsim-captioner-7b", "The paper's writer of anonymous captions.",
        [
            new(ModelRole.Adapter, HubModelId.Parse("thaoshibe/relsim-anonymous-caption-qwen25vl-lora")),
            new(ModelRole.Base, Qwen),
        ]),
        new("minilm", "Text embeddings, the space that the paper's captions live in.", [new(ModelRole.Model, MiniLm)]),
        new("clip", "Looks and words in one space: the paper's baseline CLIP-I, and the text side of CLIP-T.", [new(ModelRole.Model, HubModelId.Parse("openai/clip-vit-large-patch14"))]),
        new("dinov2", "Looks without words: DINOv2, large.", [new(ModelRole.Model, HubModelId.Parse("facebook/dinov2-large"))]),
        new("dino", "Looks without words: DINO, base, patches of 16 pixels.", [new(ModelRole.Model, HubModelId.Parse("facebook/dino-vitb16"))]),
    ];

    /// <summary>The model of a short name, or null.</summary>
    public static KnownModel? Find(string alias) => All.FirstOrDefault(model => model.Alias == alias);

    /// <summary>The repositories behind a short name or an id of the hub.</summary>
    /// <exception cref="HubException">The text is neither.</exception>
    public static IReadOnlyList<ModelPart> Expand(string name)
    {
        if (Find(name) is { } known)
        {
            return known.Parts;
        }

        return HubModelId.TryParse(name, out HubModelId? id)
            ? [new ModelPart(ModelRole.Model, id)]
            : throw new HubException(
                HubFailure.BadName,
                $"'{name}' is no model: give {string.Join(", ", All.Select(model => $"'{model.Alias}'"))} or an id of the hub, organization/name[@revision].");
    }
}
