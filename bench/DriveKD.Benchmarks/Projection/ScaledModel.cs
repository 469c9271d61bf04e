using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.Projection;

/// <summary>A random model of the proportions of InternVL3-1B with about a given number of trained parameters.</summary>
internal static class ScaledModel
{
    private const int HeadSize = 64;

    /// <summary>
    /// Depth, width and MLP scaled together; embedding and head take the same part of the parameters as in the 1B (43 %), so that the
    /// list of tensors has the same kind of sizes.
    /// </summary>
    /// <param name="parameters">The wanted number of trained parameters: the decoder with embedding and head.</param>
    public static ModelConfig Shape(long parameters)
    {
        ModelConfig model = ModelFamilies.FindPreset("1B").Config;
        LanguageModelConfig one = model.Language;
        double vocabularyPart = 2.0 * one.VocabularySize * one.HiddenSize / Trained(model);
        LanguageModelConfig best = Enumerable.Range(2, 13)
            .Select(heads => Scaled(one, heads))
            .MinBy(language => Math.Abs(Trained(model with { Language = language with { VocabularySize = 0 } }) - ((1 - vocabularyPart) * parameters)))!;
        int rows = (int)(vocabularyPart * parameters / (2.0 * best.HiddenSize));
        return ModelFamilies.FindPreset("tiny").Config with { Language = best with { VocabularySize = rows } };
    }

    /// <summary>A model with normal weights of deviation 0.02 and norms of 1; its decoder needs gradients.</summary>
    /// <param name="config">The shape.</param>
    public static VisionLanguageModel Create(ModelConfig config)
    {
        LibTorch.EnsureLoaded();
        VisionLanguageModel model = new(config, hasSeparateHead: true, new Placement(CPU, ScalarType.Float32));
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (name.Contains("norm", StringComparison.Ordinal))
            {
                nn.init.constant_(parameter, 1);
            }
            else
            {
                nn.init.normal_(parameter, 0, 0.02);
            }

            parameter.requires_grad = name.StartsWith("language_model.", StringComparison.Ordinal);
        }

        return model;
    }

    private static LanguageModelConfig Scaled(LanguageModelConfig one, int heads)
    {
        double scale = (double)heads / one.Heads;
        return one with
        {
            HiddenSize = heads * HeadSize,
            Layers = Math.Max(3, (int)Math.Round(one.Layers * scale)),
            Heads = heads,
            KeyValueHeads = heads % 2 == 0 ? 2 : 1,
            IntermediateSize = (int)Math.Round(one.IntermediateSize * scale / HeadSize) * HeadSize,
        };
    }

    private static long Trained(ModelConfig config) =>
        config.Family.Expected(config).Where(tensor => tensor.Part is not (ModelPart.VisionTower or ModelPart.Projector)).Sum(tensor => tensor.ElementCount);
}
