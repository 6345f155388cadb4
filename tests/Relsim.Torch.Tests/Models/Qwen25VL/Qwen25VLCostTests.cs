using Relsim.Imaging;
using Relsim.Torch.Models.Qwen25VL;
using Relsim.Torch.Nn;
using Relsim.Torch.Nn.Int8;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Models.Qwen25VL;

public class Qwen25VLCostTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(10, 24)]
    [InlineData(2, 2)]
    public void Vision_AnyGrid_CountsWhatTheTowerMultiplies(int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        Qwen25VLVisionConfig config = TinyVision.Config;
        var grid = new GridThw(1, height, width);
        using VisionTower tower = TinyVision.Tower();
        using VisionLayout layout = VisionLayout.Create(config, [grid], CPU);
        var counter = new ProductCounter(tower);

        tower.call(TinyVision.Patches(grid.Patches, 1), layout);

        double products = counter.Total + (2.0 * grid.Patches * 1176 * config.HiddenSize); // the patches' own layer is no LoraLinear
        double attention = 0;
        int side = config.WindowSize / config.PatchSize;
        for (int block = 0; block < config.Depth; block++)
        {
            for (int a = 0; a < grid.Patches; a++)
            {
                for (int b = 0; b < grid.Patches; b++)
                {
                    bool together = a / width / side == b / width / side && a % width / side == b % width / side;
                    attention += together || config.FullattBlockIndexes.Contains(block) ? 4.0 * config.HiddenSize : 0;
                }
            }
        }

        Assert.Equal(products + attention, Qwen25VLCost.Vision(config, grid));
    }

    [Theory]
    [InlineData(0, 7, false)]
    [InlineData(0, 7, true)]
    [InlineData(3, 5, false)]
    [InlineData(3, 5, true)]
    [InlineData(6, 1, true)]
    public void Language_AnyPlan_CountsWhatTheModelMultiplies(int past, int tokens, bool lastPositionOnly)
    {
        using DisposeScope scope = NewDisposeScope();
        Qwen25VLConfig config = TinyLanguage.Config;
        using var model = new Qwen25VLModel(config);
        foreach (WeightLayer layer in model.modules().OfType<WeightLayer>())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in layer.named_parameters(recurse: false).ToArray())
            {
                layer.Bind(name, zeros(parameter.shape));
            }
        }

        int[] ids = [.. Enumerable.Range(1, past + tokens)];
        using ConstantPrefix? prefix = past == 0 ? null : ConstantPrefix.Create(model.Language, config, ids[..past]);
        var plan = new ForwardPlan { Prefix = prefix, LastPositionOnly = lastPositionOnly };
        TokenBatch batch = TokenBatch.Of([ids], 0);
        using SequenceLayout layout = SequenceLayout.Create(config, batch, RopeIndex.Create(config, batch, []), plan);
        var counter = new ProductCounter(model);

        Tensor hidden = model.HiddenStates(layout, null, plan);

        double products = counter.Total;
        double attention = 0;
        for (int layer = 0; layer < config.NumHiddenLayers; layer++)
        {
            bool all = !lastPositionOnly || layer < config.NumHiddenLayers - 1;
            for (int token = all ? past : past + tokens - 1; token < past + tokens; token++)
            {
                attention += 4.0 * config.HiddenSize * (token + 1);
            }
        }

        Assert.Equal(products + attention, Qwen25VLCost.Language(config, past, tokens, lastPositionOnly));
        model.Logits(hidden);
        Assert.Equal(counter.Total - products, Qwen25VLCost.Head(config, (int)hidden.shape[0]));
    }

    /// <summary>Counts the operations of a module's linear layers as they are called.</summary>
    private sealed class ProductCounter
    {
        public ProductCounter(nn.Module module)
        {
            foreach ((_, LoraLinear layer) in ActivationRecorder.LayersOf(module))
            {
                layer.register_forward_pre_hook((_, input) =>
                {
                    Total += 2.0 * input.numel() * layer.Outputs;
                    return input;
                });
            }
        }

        public double Total { get; private set; }
    }
}
