using System.Globalization;
using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Models.Measurement;

/// <summary>
/// Takes the deployment figures of one model or several. First each is alone in memory: loading, and the peak of every case. Then all are
/// loaded and answer in turn (A B A B), so that whatever else the machine does meets all of them alike.
/// </summary>
public sealed class DeploymentMeasurement
{
    /// <summary>Width of the synthetic pictures, in pixels: that of nuScenes.</summary>
    public const int PictureWidth = SyntheticPrompts.PictureWidth;

    /// <summary>Height of the synthetic pictures, in pixels.</summary>
    public const int PictureHeight = SyntheticPrompts.PictureHeight;

    // Alone with memory taken, alone once more, and together: the first may wait for the disk.
    private const int LoadsAlone = 2;

    // Heads are fast: a few more make the median steady and cost nothing.
    private const int LeastHeads = 15;

    private static readonly string[] _wordsOfShortage = ["out of memory", "can't allocate memory", "not enough memory", "std::bad_alloc"];

    private readonly MeasureSettings _settings;
    private readonly IProgress<MeasureProgress>? _progress;
    private readonly Device _device;
    private readonly ScalarType _precision;
    private readonly ModelRecorder[] _recorders;
    private readonly SyntheticPrompts _prompts;
    private readonly EnergyMeter? _energy;
    private readonly string? _energyMissing;
    private readonly int _total;
    private ResidentMethod _method;
    private string _now = "";
    private int _done;

    private DeploymentMeasurement(MeasureSettings settings, IProgress<MeasureProgress>? progress)
    {
        (_settings, _progress) = (settings, progress);
        _device = Devices.Parse(settings.Device, "device");
        Precisions.RequireName(settings.Precision, "precision");
        // One type for all: the first model's.
        _precision = settings.Precision == Precisions.Automatic
            ? NumberTypeTrial.For(_device, ModelConfigReader.Read(settings.Folders[0])).Type
            : Precisions.Parse(settings.Precision, "precision");
        IReadOnlyList<ModelConfig> configs = MeasurePreflight.Check(settings, _device, _precision, AvailableMemory.Bytes());
        IReadOnlyList<string> names = ModelRecorder.NamesOf(settings.Folders);
        _recorders = [.. configs.Select((config, i) => new ModelRecorder(names[i], settings.Folders[i], config, settings))];
        _prompts = new SyntheticPrompts(settings.Seed, settings.Pictures.Max());
        _energy = EnergyMeter.Open(out _energyMissing);
        _total = _recorders.Length * (LoadsAlone + 2 + (settings.Cases.Count * (settings.Repeats + 2)) + (settings.TimesHead ? 1 : 0));
    }

    /// <summary>Measures.</summary>
    /// <param name="settings">What and how often.</param>
    /// <param name="progress">Told before every load and answer.</param>
    /// <param name="cancellation">Ends it: what there is by then is returned, marked as incomplete.</param>
    /// <exception cref="InputException">
    /// Settings are out of range, a folder is no model, a prompt is too long, memory is not enough, or the device is not there.
    /// </exception>
    public static DeploymentFigures Run(
        MeasureSettings settings, IProgress<MeasureProgress>? progress = null, CancellationToken cancellation = default)
    {
        DeploymentMeasurement measurement = new(settings, progress);
        double? load = LoadAverage();
        bool isComplete = measurement.TakeAll(cancellation);
        return new DeploymentFigures
        {
            Settings = settings,
            IsComplete = isComplete,
            Device = Devices.NameOf(measurement._device),
            ResidentMethod = measurement._method,
            EnergySource = measurement._energy?.Source,
            EnergyMissing = measurement._energyMissing,
            LoadAverage = load,
            Models = [.. measurement._recorders.Select(recorder => recorder.ToFigures(Precisions.NameOf(measurement._precision)))],
        };
    }

    private bool TakeAll(CancellationToken cancellation)
    {
        List<MeasuredModel> open = [];
        try
        {
            for (int load = 0; load < LoadsAlone; load++)
            {
                foreach (ModelRecorder recorder in _recorders)
                {
                    TakeAlone(recorder, takesMemory: load == 0, cancellation);
                }
            }

            foreach (ModelRecorder recorder in _recorders)
            {
                open.Add(Load(recorder, cancellation));
            }

            TakeAnswers(open, cancellation);
            TakeHeads(open, cancellation);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (ExternalException exception) when (_wordsOfShortage.Any(word => exception.Message.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            throw new InputException(
                "memory",
                $"ran out at {_now}: {exception.Message.Split('\n')[0].TrimEnd('.')}. Use fewer pictures or prompt tokens, --precision bfloat16, or the folders one at a time.",
                exception);
        }
        finally
        {
            open.ForEach(model => model.Dispose());
        }
    }

    private void TakeAlone(ModelRecorder recorder, bool takesMemory, CancellationToken cancellation)
    {
        using ResidentWatch watch = ResidentWatch.Start();
        using MeasuredModel model = Load(recorder, cancellation);
        if (!takesMemory)
        {
            return;
        }

        _method = watch.Method;
        recorder.SetLoadMemory(watch.BeginBytes, watch.PeakBytes);
        // What runs for the first time pages code in; that is no case's working memory.
        Tell($"{recorder.Name}: warm-up", cancellation);
        model.Answer(Smallest(), newTokens: 2, energy: null, cancellation);
        foreach (MeasureCase question in _settings.Cases)
        {
            Tell($"{recorder.Name}: memory, {question}", cancellation);
            using ResidentWatch answering = ResidentWatch.Start();
            model.Answer(question, _settings.NewTokens, energy: null, cancellation);
            long peak = answering.PeakBytes;
            long cache = model.KeyValueBytes(question, _settings.NewTokens);
            long? working = model.IsOnCuda ? null : Math.Max(0, peak - answering.BeginBytes - cache);
            recorder.SetMemory(question, peak, new TensorBytes(model.ParameterBytes + (model.Quantized?.Bytes ?? 0), cache, working));
        }
    }

    /// <summary>The smallest case that goes through every part that any case goes through.</summary>
    private MeasureCase Smallest() => _settings.Cases.OrderBy(question => question.Pictures == 0).ThenBy(question => question.Pictures).ThenBy(question => question.TextTokens).First();

    private MeasuredModel Load(ModelRecorder recorder, CancellationToken cancellation)
    {
        Tell($"{recorder.Name}: loading", cancellation);
        MeasuredModel model = MeasuredModel.Load(recorder.Folder, _settings, _prompts, new LoadTeller(this), cancellation);
        recorder.AddLoad(model);
        return model;
    }

    private void TakeAnswers(List<MeasuredModel> models, CancellationToken cancellation)
    {
        foreach (MeasureCase question in _settings.Cases)
        {
            // Repeat 0 warms up: allocators and caches take the sizes of this case.
            for (int repeat = 0; repeat <= _settings.Repeats; repeat++)
            {
                for (int i = 0; i < models.Count; i++)
                {
                    string which = repeat == 0 ? "warm-up" : string.Create(CultureInfo.InvariantCulture, $"answer {repeat} of {_settings.Repeats}");
                    Tell($"{_recorders[i].Name}: {question}, {which}", cancellation);
                    AnswerMeasurement answer = models[i].Answer(question, _settings.NewTokens, _energy, cancellation);
                    if (repeat > 0)
                    {
                        _recorders[i].AddAnswer(question, answer);
                    }
                }
            }
        }
    }

    private void TakeHeads(List<MeasuredModel> models, CancellationToken cancellation)
    {
        for (int i = 0; _settings.TimesHead && i < models.Count; i++)
        {
            Tell($"{_recorders[i].Name}: head", cancellation);
            _recorders[i].SetHead(models[i].TimeHead(Math.Max(_settings.Repeats, LeastHeads), cancellation));
        }
    }

    private void Tell(string what, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        _now = what;
        _progress?.Report(new MeasureProgress(what, _done++, _total));
    }

    private static double? LoadAverage()
    {
        const string File = "/proc/loadavg";
        return System.IO.File.Exists(File)
            && double.TryParse(System.IO.File.ReadAllText(File).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double average)
            ? average
            : null;
    }

    /// <summary>Says within a step how far its load is.</summary>
    private sealed class LoadTeller(DeploymentMeasurement measurement) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => measurement._progress?.Report(new MeasureProgress(
            string.Create(CultureInfo.InvariantCulture, $"{measurement._now} {100.0 * value.BytesDone / Math.Max(1, value.BytesTotal):F0} % of {ByteCount.Format(value.BytesTotal)}"),
            measurement._done - 1,
            measurement._total));
    }
}
