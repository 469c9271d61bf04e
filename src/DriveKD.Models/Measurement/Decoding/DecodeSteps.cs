using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Kernels;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>Times whole steps of a decoder with random weights.</summary>
internal sealed class DecodeSteps(DecodeSettings settings, ModelConfig config)
{
    // A range that gives logits like a model's own; time does not depend on it.
    private const double Reach = 0.03;

    /// <summary>Measures.</summary>
    /// <param name="bandwidth">Bytes per second that the memory gives now, taken in every round.</param>
    /// <param name="prefills">Receives the times of prompts.</param>
    /// <param name="cancellation">Checked before every token.</param>
    public IReadOnlyList<StepFigures> Run(Func<double> bandwidth, List<PrefillFigures> prefills, CancellationToken cancellation)
    {
        List<StepFigures> figures = [];
        foreach (string precision in settings.Precisions)
        {
            using VisionLanguageModel model = Create(Precisions.Parse(precision, "precision"));
            ComputeThreads.FitTo([model.Config]);
            prefills.Add(Prefill(model, precision, cancellation));
            figures.Add(Measure(model, precision, hasLibtorch: true, bandwidth, cancellation));
            if (settings.MeasuresInt8)
            {
                model.QuantizeDecoder();
                figures.Add(Measure(model, precision + " + int8", hasLibtorch: false, bandwidth, cancellation));
            }
        }

        return figures;
    }

    private PrefillFigures Prefill(VisionLanguageModel model, string precision, CancellationToken cancellation)
    {
        LanguageModelConfig language = model.Config.Language;
        double tokens = settings.PrefillTokens;
        double matrices = model.WeightsByName()
            .Where(entry => entry.Key.Contains(".layers.", StringComparison.Ordinal) && entry.Value.dim() == 2).Sum(entry => (double)entry.Value.numel());
        double operations = (2 * matrices * tokens) + (2 * tokens * tokens * language.Heads * language.HeadSize * language.Layers)
            + (2.0 * language.HiddenSize * language.VocabularySize);
        TextGenerator generator = new(model, imageTokenId: -1);
        int[] prompt = [.. Enumerable.Range(0, settings.PrefillTokens).Select(i => 1 + (i % (language.VocabularySize - 1)))];
        double rate = GemmRate.Measure(model.Placement.Device, model.Placement.DType);
        List<double?> seconds = [];
        for (int round = -1; round < settings.Rounds; round++)
        {
            GenerationResult result = generator.GenerateFromFeatures([new Prompt(prompt, [])], null, new GenerationOptions { MaxNewTokens = 1 }, cancellation: cancellation);
            if (round >= 0)
            {
                seconds.Add(result.Timings.PrefillSeconds);
            }
        }

        rate = Math.Max(rate, GemmRate.Measure(model.Placement.Device, model.Placement.DType));
        Spread spread = Spread.Of(seconds)!;
        return new PrefillFigures(precision, settings.PrefillTokens, spread, operations, operations / spread.Median / rate);
    }

    private StepFigures Measure(VisionLanguageModel model, string format, bool hasLibtorch, Func<double> bandwidth, CancellationToken cancellation)
    {
        KernelPath path = model.Kernels.Path;
        long bytes = model.DecodedBytes(settings.PromptTokens + (settings.NewTokens / 2));
        List<double?> ours = [];
        List<double?> theirs = [];
        List<double?> read = [];
        List<double?> given = [];
        for (int round = -1; round < settings.Rounds; round++)
        {
            double most = bandwidth();
            double own = TokensPerSecond(model, path, cancellation);
            double? other = hasLibtorch ? TokensPerSecond(model, KernelPath.Off, cancellation) : null;
            if (round >= 0)
            {
                given.Add(most);
                ours.Add(own);
                theirs.Add(other);
                read.Add(own * bytes);
            }
        }

        model.Kernels.Path = path;
        return new StepFigures(format, bytes, Spread.Of(ours)!, Spread.Of(theirs), Spread.OfRatios(read, given)!);
    }

    private double TokensPerSecond(VisionLanguageModel model, KernelPath path, CancellationToken cancellation)
    {
        model.Kernels.Path = path;
        int[] prompt = [.. Enumerable.Range(1, settings.PromptTokens)];
        // One more than the image token's id that no prompt holds: text alone.
        TextGenerator generator = new(model, imageTokenId: -1);
        GenerationResult result = generator.GenerateFromFeatures(
            [new Prompt(prompt, [])], null, new GenerationOptions { MaxNewTokens = settings.NewTokens + 1 }, cancellation: cancellation);
        return settings.NewTokens / result.Timings.DecodeSeconds;
    }

    private VisionLanguageModel Create(ScalarType dtype)
    {
        LibTorch.EnsureLoaded();
        if (settings.Folder is string folder)
        {
            return ModelLoader.Load(folder, new Placement(CPU, dtype));
        }

        // The tower takes no part: one block of it.
        VisionLanguageModel model = config.Family.CreateModel(config.WithTowerLayers(1), hasSeparateHead: !config.Language.TiesWordEmbeddings, new Placement(CPU, dtype));
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (name.Contains("norm", StringComparison.Ordinal))
            {
                parameter.fill_(Scalars.Of(1.0));
            }
            else
            {
                nn.init.uniform_(parameter, -Reach, Reach);
            }
        }

        return model;
    }
}
