using System.Diagnostics;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Prompts;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>A loaded model that answers synthetic questions against the clock.</summary>
/// <remarks>Shapes: N tiles, P tokens per tile, B batch, C channels, V vocabulary.</remarks>
internal sealed class MeasuredModel : IDisposable
{
    private readonly ModelAssistant _assistant;
    private readonly SyntheticPrompts _prompts;
    private readonly PictureEncoder _pictures;
    private readonly TextGenerator _generator;

    private MeasuredModel(ModelAssistant assistant, SyntheticPrompts prompts, QuantizedWeights? quantized)
    {
        (_assistant, _prompts, Quantized) = (assistant, prompts, quantized);
        _pictures = new PictureEncoder(assistant.Model);
        _generator = new TextGenerator(assistant.Model, assistant.ImageTokenId);
        Threads = get_num_threads();
    }

    /// <summary>How long loading took.</summary>
    public double LoadSeconds => _assistant.LoadSeconds;

    /// <summary>Weights; a tied head counts once.</summary>
    public long Parameters => _assistant.Model.WeightsByName().Values.Sum(weight => weight.numel());

    /// <summary>Their bytes.</summary>
    public long ParameterBytes => _assistant.Model.WeightsByName().Values.Sum(weight => weight.numel() * weight.ElementSize);

    /// <summary>What rounding to 8 bits changed and takes; null where tokens are decoded with the weights as they are.</summary>
    public QuantizedWeights? Quantized { get; }

    /// <summary>Threads of one tensor operation.</summary>
    public int Threads { get; }

    /// <summary>Whether memory lies on another device than the processor's.</summary>
    public bool IsOnCuda => _assistant.Placement.Device.type == DeviceType.CUDA;

    private ModelConfig Config => _assistant.Config;

    /// <summary>Loads a folder as <c>drivekd ask</c> does.</summary>
    public static MeasuredModel Load(
        string folder, MeasureSettings settings, SyntheticPrompts prompts, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        ModelAssistant assistant = ModelAssistant.Load(folder, settings.Device, settings.Precision, progress, settings.Limits, cancellation);
        try
        {
            return new MeasuredModel(assistant, prompts, settings.Weights == DecodingWeights.Int8 ? assistant.QuantizeDecoder() : null);
        }
        catch
        {
            assistant.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the key-value cache of a case.</summary>
    public long KeyValueBytes(MeasureCase question, int newTokens) =>
        (long)(CaseSize.KeyValues(Config, question, newTokens) * _assistant.Placement.DType.ElementSize());

    /// <summary>Answers a case once: greedy, without stop tokens.</summary>
    /// <param name="question">The case.</param>
    /// <param name="newTokens">Tokens of the answer: exactly as many.</param>
    /// <param name="energy">Counters to read, or null.</param>
    /// <param name="cancellation">Ends it between two tokens or four tiles.</param>
    public AnswerMeasurement Answer(MeasureCase question, int newTokens, EnergyMeter? energy, CancellationToken cancellation)
    {
        // Several models share the process: each runs with the threads that it has alone.
        ComputeThreads.FitTo([Config]);
        IReadOnlyList<QuestionPicture> pictures = _prompts.Pictures(question.Pictures);
        PictureProcessor processor = Config.Pictures;
        PictureLayout[] layouts = [.. pictures.Select(picture => processor.LayoutOf(picture.Image.Width, picture.Image.Height))];
        int[] ids = _prompts.TokenIds(
            question.TextTokens, layouts.Sum(layout => layout.Tokens), _assistant.ImageTokenId, Config.Language.VocabularySize);
        long[]? joulesBefore = energy?.Read();

        long begin = Stopwatch.GetTimestamp();
        IReadOnlyList<RgbImage> tiles = PictureEncoder.Cut(pictures, processor);
        double cut = Since(begin);
        using Tensor? features_RC = _pictures.Encode(processor, tiles, progress: null, cancellation);
        WaitForDevice();
        double encoded = Since(begin);

        double logits = 0;
        double chosen = 0;
        double first = 0;
        double choices = 0;
        int tokens = 0;
        _generator.GenerateFromFeatures(
            [new Prompt(ids, layouts)],
            features_RC,
            new GenerationOptions { MaxNewTokens = newTokens },
            _ =>
            {
                chosen = Since(begin);
                if (tokens++ == 0)
                {
                    first = chosen;
                }
                else
                {
                    choices += chosen - logits;
                }
            },
            _ =>
            {
                // A CUDA device computes on while the program goes ahead: the choice would get the blame.
                WaitForDevice();
                logits = Since(begin);
            },
            cancellation);
        return new AnswerMeasurement
        {
            PictureSeconds = pictures.Count == 0 ? null : cut,
            VisionSeconds = pictures.Count == 0 ? null : encoded - cut,
            PrefillSeconds = pictures.Count == 0 ? first : first - encoded,
            DecodeSeconds = chosen - first,
            ChoiceSeconds = choices,
            NewTokens = tokens,
            Joules = joulesBefore is null ? null : energy!.Joules(joulesBefore, energy.Read()),
        };
    }

    /// <summary>Times the logits of one token, as every decoding step computes them.</summary>
    /// <param name="repeats">How often.</param>
    /// <param name="cancellation">Checked before each.</param>
    public IReadOnlyList<double> TimeHead(int repeats, CancellationToken cancellation)
    {
        ComputeThreads.FitTo([Config]);
        using IDisposable noGrad = no_grad();
        using Tensor hidden_BC = ones([1, Config.Language.HiddenSize], _assistant.Placement.DType, _assistant.Placement.Device);
        List<double> seconds = [];
        for (int i = 0; i <= repeats; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            long begin = Stopwatch.GetTimestamp();
            using (DisposeScope scope = NewDisposeScope())
            {
                _assistant.Model.Logits(hidden_BC).to_type(ScalarType.Float32);
                WaitForDevice();
            }

            seconds.Add(Since(begin));
        }

        // The first one warms up.
        return seconds[1..];
    }

    /// <inheritdoc />
    public void Dispose() => _assistant.Dispose();

    private static double Since(long begin) => Stopwatch.GetElapsedTime(begin).TotalSeconds;

    private void WaitForDevice()
    {
        if (IsOnCuda)
        {
            cuda.synchronize();
        }
    }
}
