using System.Runtime.InteropServices;
using Relsim.Datasets;
using Relsim.Torch.Encoders;
using Relsim.Torch.Models.Mini;
using Relsim.Torch.Native;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Training;

/// <summary>
/// Trains the mini model. Relational space: supervised contrast between pictures of one relation (the batch always holds the
/// same look under other relations), both ways to the texts of the whole caption bank, and, for pictures of problems, to their own side. Attribute space:
/// supervised contrast by look (subjects and style together), by style and by palette. Interest: is there a relation at all.
/// </summary>
internal sealed class MiniTask : TrainingTask
{
    private const float ImageTemperature = 0.1f;
    private const float TextTemperature = 0.07f;
    private const float SideTemperature = 0.1f;

    private static readonly Scalar FamilyWeight = 0.5f;
    private static readonly Scalar PaletteWeight = 0.5f;
    private static readonly Scalar AttributeWeight = 0.25f;
    private static readonly Scalar InterestWeight = 0.2f;
    private static readonly Scalar BeyondCosine = 3;

    private static readonly Scalar SideWeight = 3;
    private static readonly Scalar BlockWeight = 0.5f;
    private static readonly Scalar PairedWeight = 0.5f;

    private readonly MiniModel _model;
    private readonly Device _device;
    private readonly Func<long, MixedBatch> _batches;
    private readonly IReadOnlyList<MixedBatch> _validation;

    public MiniTask(MiniConfig config, Func<long, MixedBatch> batches, IReadOnlyList<MixedBatch> validation, Device device)
    {
        _model = new MiniModel(config);
        _model.to(device);
        _device = device;
        _batches = batches;
        _validation = validation;
    }

    public override nn.Module Model => _model;

    public override string DecidingMetric => "score";

    public override object Prepare(long step) => _batches(step);

    public override void Dispose() => _model.Dispose();

    public override (Tensor Loss, IReadOnlyDictionary<string, double> Parts) Loss(object batch)
    {
        var data = (MixedBatch)batch;
        using DisposeScope scope = NewDisposeScope();
        RelationalBatch scenes = data.Scenes, labelled = data.Panels is null ? scenes : Joined(scenes, data.Panels);
        Tensor images = ToImages(data);
        ImageFeatures all = _model.EncodeImages(images);
        Tensor relational = all.Relational.narrow(0, 0, labelled.Count);             // [B, R]
        Tensor look = all.Attribute.narrow(0, 0, labelled.Count);                    // [B, A]
        Tensor texts = _model.EncodeTexts(labelled.Bank);                            // [T, R]
        Tensor relation = Labels(labelled.Relation);
        Tensor contrast = ContrastiveLosses.Supervised(relational, relation, ImageTemperature);
        Tensor text = ContrastiveLosses.ImageText(relational, texts, relation, TextTemperature);
        Tensor family = ContrastiveLosses.Family(relational, texts, Labels(labelled.Family), Labels(labelled.BankFamily), TextTemperature);
        Tensor attribute = ContrastiveLosses.Supervised(look, Labels(labelled.Look), ImageTemperature)
            .add(ContrastiveLosses.Supervised(look, Labels(labelled.Style), ImageTemperature), One)
            .add(ContrastiveLosses.Supervised(look, Labels(labelled.Palette), ImageTemperature).mul(PaletteWeight), One);
        // Whether a panel or a problem holds a relation is not known.
        Tensor interest = functional.binary_cross_entropy_with_logits(
            all.Interest.narrow(0, 0, scenes.Count), Labels(scenes.Relation).ge(Zero).to_type(ScalarType.Float32));
        Tensor loss = contrast.add(text, One)
            .add(family.mul(FamilyWeight), One)
            .add(attribute.mul(AttributeWeight), One)
            .add(interest.mul(InterestWeight), One);
        var parts = new Dictionary<string, double>
        {
            ["contrast"] = contrast.item<float>(),
            ["text"] = text.item<float>(),
            ["family"] = family.item<float>(),
            ["attribute"] = attribute.item<float>(),
            ["interest"] = interest.item<float>(),
        };
        if (data.Panels is { } panels)
        {
            Tensor isPanel = cat([zeros(scenes.Count), ones(panels.Count), zeros(all.Paired.shape[0] - labelled.Count)], 0).to(_device);
            Tensor paired = functional.binary_cross_entropy_with_logits(all.Paired, isPanel);
            loss = loss.add(paired.mul(PairedWeight), One);
            parts["paired"] = paired.item<float>();
        }

        if (data.Problems is { } problems)
        {
            Tensor sides = Sides(all.Relational.narrow(0, labelled.Count, problems.Count), problems.PicturesOfASide);
            loss = loss.add(sides.mul(SideWeight), One);
            parts["sides"] = sides.item<float>();
        }

        return (loss.MoveToOuterDisposeScope(), parts);
    }

    /// <summary>
    /// Nearest neighbours among all validation scenes, which hold the same look under other relations: R@1 by fine relation and by family, the attribute
    /// head's R@1 by style, and the share of scenes whose best text of the bank is their own; R@1 of panels by transformation; the share of problem
    /// pictures that lie nearer to their own side (rules never trained).
    /// </summary>
    public override IReadOnlyDictionary<string, double> Validate()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        RelationalBatch[] scenes = [.. _validation.Select(batch => batch.Scenes)];
        ImageFeatures[] features = [.. scenes.Select(batch => Encode(batch.Pixels, batch.Size))];
        int[] relation = [.. scenes.SelectMany(b => b.Relation)];
        Tensor images = cat([.. features.Select(f => f.Relational)]);                // [N, R]
        Tensor texts = _model.EncodeTexts(scenes[0].Bank);                           // [T, R]
        long[] nearest = TensorMemory.ToArray<long>(images.matmul(texts.t()).argmax(1));
        var metrics = new Dictionary<string, double>
        {
            ["fine_r1"] = NearestAgrees(images, relation),
            ["family_r1"] = NearestAgrees(images, [.. scenes.SelectMany(b => b.Family)]),
            ["text_r1"] = Share(relation, i => nearest[i] == relation[i]),
        };
        RelationalBatch[] panels = [.. _validation.Select(batch => batch.Panels).OfType<RelationalBatch>()];
        if (panels.Length > 0)
        {
            Tensor changes = cat([.. panels.Select(batch => Encode(batch.Pixels, batch.Size).Relational)]);
            metrics["panel_r1"] = NearestAgrees(changes, [.. panels.SelectMany(b => b.Relation)]);
        }

        ProblemBatch[] problems = [.. _validation.Select(batch => batch.Problems).OfType<ProblemBatch>()];
        if (problems.Length > 0)
        {
            metrics["side_2afc"] = problems.Average(batch => ContrastiveLosses.SideMargins(Encode(batch.Pixels, batch.Size).Relational, batch.PicturesOfASide)
                .gt(Zero).to_type(ScalarType.Float32).mean().item<float>());
        }

        metrics["score"] = metrics.Values.Average();
        metrics["style_r1"] = NearestAgrees(cat([.. features.Select(f => f.Attribute)]), [.. scenes.SelectMany(b => b.Style)]);
        return metrics;
    }

    private ImageFeatures Encode(byte[] pixels, int size) => _model.EncodeImages(ToImages(pixels, size));

    private static double NearestAgrees(Tensor embeddings, int[] labels)
    {
        Tensor itself = eye(embeddings.shape[0], device: embeddings.device).mul_(BeyondCosine);
        long[] nearest = TensorMemory.ToArray<long>((embeddings.matmul(embeddings.t()) - itself).argmax(1));
        return Share(labels, i => labels[nearest[i]] == labels[i]);
    }

    private static double Share(int[] labels, Func<int, bool> holds)
    {
        int[] counted = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] >= 0)];
        return (double)counted.Count(holds) / counted.Length;
    }

    // The embedding as a whole, and each of its two blocks by itself, so that neither leans on the other.
    private Tensor Sides(Tensor embeddings, long picturesOfASide)
    {
        using DisposeScope scope = NewDisposeScope();
        MiniConfig config = _model.Config;
        Tensor learnt = functional.normalize(embeddings.narrow(1, 0, config.TextDimension), dim: 1);
        Tensor things = functional.normalize(embeddings.narrow(1, config.TextDimension, config.ObjectDimension), dim: 1);
        return Loss(embeddings).add(Loss(learnt).add(Loss(things), One).mul(BlockWeight), One).MoveToOuterDisposeScope();

        Tensor Loss(Tensor block) => ContrastiveLosses.Sides(block, picturesOfASide, SideTemperature);
    }

    // Scenes and panels as one batch with one bank: the panels' labels follow the scenes'.
    private static RelationalBatch Joined(RelationalBatch scenes, RelationalBatch panels)
    {
        int looks = scenes.Look.Max() + 1, families = scenes.BankFamily.Max() + 1;
        return new RelationalBatch
        {
            Size = scenes.Size,
            Pixels = [],
            Relation = [.. scenes.Relation, .. panels.Relation.Select(r => r + scenes.Bank.Length)],
            Family = [.. scenes.Family, .. panels.Family.Select(f => f + families)],
            Look = [.. scenes.Look, .. panels.Look.Select(l => l + looks)],
            Style = [.. scenes.Style, .. panels.Style],
            Palette = [.. scenes.Palette, .. panels.Palette],
            Bank = [.. scenes.Bank, .. panels.Bank],
            BankFamily = [.. scenes.BankFamily, .. panels.BankFamily.Select(f => f + families)],
        };
    }

    private Tensor ToImages(MixedBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] parts =
        [
            .. new[] { batch.Scenes.Pixels, batch.Panels?.Pixels, batch.Problems?.Pixels }.OfType<byte[]>().Select(pixels => ToImages(pixels, batch.Scenes.Size)),
        ];
        return cat(parts).MoveToOuterDisposeScope();
    }

    private Tensor ToImages(byte[] pixels, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        return ImageBatch.InUnitRange(tensor(pixels, [pixels.Length / (size * size * 3), size, size, 3], device: _device)).MoveToOuterDisposeScope(); // [B, 3, S, S]
    }

    private Tensor Labels(int[] labels) => tensor(labels, device: _device).to_type(ScalarType.Int64);
}
