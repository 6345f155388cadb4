using System.Runtime.InteropServices;
using Relsim.Datasets;
using Relsim.Torch.Models.Mini;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Training;

/// <summary>
/// Trains the mini model. Relational space: supervised contrast between pictures of one relation (the batch always holds the
/// same look under other relations), and both ways to the texts of the whole caption bank. Attribute space: supervised
/// contrast by look (subjects and style together), by style and by palette. Interest: is there a relation at all.
/// </summary>
internal sealed class MiniTask : TrainingTask
{
    private const float ImageTemperature = 0.1f;
    private const float TextTemperature = 0.07f;

    private static readonly Scalar FamilyWeight = 0.5f;
    private static readonly Scalar PaletteWeight = 0.5f;
    private static readonly Scalar AttributeWeight = 0.25f;
    private static readonly Scalar InterestWeight = 0.2f;
    private static readonly Scalar BeyondCosine = 3;

    private readonly MiniModel _model;
    private readonly Func<long, RelationalBatch> _batches;
    private readonly IReadOnlyList<RelationalBatch> _validation;

    public MiniTask(MiniConfig config, Func<long, RelationalBatch> batches, IReadOnlyList<RelationalBatch> validation)
    {
        _model = new MiniModel(config);
        _batches = batches;
        _validation = validation;
    }

    public override nn.Module Model => _model;

    public override string DecidingMetric => "score";

    public override object Prepare(long step) => _batches(step);

    public override void Dispose() => _model.Dispose();

    public override (Tensor Loss, IReadOnlyDictionary<string, double> Parts) Loss(object batch)
    {
        var data = (RelationalBatch)batch;
        using DisposeScope scope = NewDisposeScope();
        ImageFeatures image = _model.EncodeImages(ToImages(data));
        Tensor texts = _model.EncodeTexts(data.Bank);                                // [T, R]
        Tensor relation = Labels(data.Relation);
        Tensor contrast = ContrastiveLosses.Supervised(image.Relational, relation, ImageTemperature);
        Tensor text = ContrastiveLosses.ImageText(image.Relational, texts, relation, TextTemperature);
        Tensor family = ContrastiveLosses.Family(image.Relational, texts, Labels(data.Family), Labels(data.BankFamily), TextTemperature);
        Tensor attribute = ContrastiveLosses.Supervised(image.Attribute, Labels(data.Look), ImageTemperature)
            .add(ContrastiveLosses.Supervised(image.Attribute, Labels(data.Style), ImageTemperature), One)
            .add(ContrastiveLosses.Supervised(image.Attribute, Labels(data.Palette), ImageTemperature).mul(PaletteWeight), One);
        Tensor interest = functional.binary_cross_entropy_with_logits(image.Interest, relation.ge(Zero).to_type(ScalarType.Float32));
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
        return (loss.MoveToOuterDisposeScope(), parts);
    }

    /// <summary>
    /// Nearest neighbours among all validation pictures, which hold the same look under other relations: R@1 by fine relation
    /// and by family, the attribute head's R@1 by style, and the share of pictures whose best text of the bank is their own.
    /// </summary>
    public override IReadOnlyDictionary<string, double> Validate()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        var relational = new List<Tensor>();
        var attribute = new List<Tensor>();
        foreach (RelationalBatch batch in _validation)
        {
            ImageFeatures image = _model.EncodeImages(ToImages(batch));
            relational.Add(image.Relational);
            attribute.Add(image.Attribute);
        }

        int[] relation = [.. _validation.SelectMany(b => b.Relation)];
        Tensor images = cat(relational);                                             // [N, R]
        Tensor texts = _model.EncodeTexts(_validation[0].Bank);                      // [T, R]
        double fine = NearestAgrees(images, relation);
        double family = NearestAgrees(images, [.. _validation.SelectMany(b => b.Family)]);
        double style = NearestAgrees(cat(attribute), [.. _validation.SelectMany(b => b.Style)]);
        long[] nearest = images.matmul(texts.t()).argmax(1).data<long>().ToArray();
        double toText = Share(relation, i => nearest[i] == relation[i]);
        return new Dictionary<string, double>
        {
            ["fine_r1"] = fine,
            ["family_r1"] = family,
            ["text_r1"] = toText,
            ["style_r1"] = style,
            ["score"] = (fine + family + toText) / 3,
        };
    }

    private static double NearestAgrees(Tensor embeddings, int[] labels)
    {
        Tensor itself = eye(embeddings.shape[0]).mul_(BeyondCosine);
        long[] nearest = (embeddings.matmul(embeddings.t()) - itself).argmax(1).data<long>().ToArray();
        return Share(labels, i => labels[nearest[i]] == labels[i]);
    }

    private static double Share(int[] labels, Func<int, bool> holds)
    {
        int[] counted = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] >= 0)];
        return (double)counted.Count(holds) / counted.Length;
    }

    private static Tensor ToImages(RelationalBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bytes = tensor(batch.Pixels, [batch.Count, batch.Size, batch.Size, 3]);
        return bytes.permute(0, 3, 1, 2).to_type(ScalarType.Float32).div_(White).MoveToOuterDisposeScope();
    }

    private static Tensor Labels(int[] labels) => tensor(labels).to_type(ScalarType.Int64);
}
