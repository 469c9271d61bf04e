using System.Globalization;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;

namespace DriveKD.Models.Measurement;

/// <summary>Collects one model's figures while they are taken.</summary>
internal sealed class ModelRecorder
{
    private readonly MeasureSettings _settings;
    private readonly ModelConfig _config;
    private readonly Dictionary<MeasureCase, (long Peak, TensorBytes Tensors)> _memory = [];
    private readonly Dictionary<MeasureCase, List<AnswerMeasurement>> _answers = [];
    private readonly List<double> _loads = [];
    private IReadOnlyList<double> _heads = [];
    private (long Before, long Peak)? _loadMemory;
    private (long Count, long Bytes)? _parameters;
    private int? _threads;
    private QuantizedWeights? _quantized;

    public ModelRecorder(string name, string folder, ModelConfig config, MeasureSettings settings) =>
        (Name, Folder, _config, _settings) = (name, folder, config, settings);

    public string Name { get; }

    public string Folder { get; }

    /// <summary>Names for folders: their own, with a number where several share one.</summary>
    public static IReadOnlyList<string> NamesOf(IReadOnlyList<string> folders)
    {
        Dictionary<string, int> seen = [];
        List<string> names = [];
        foreach (string folder in folders)
        {
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
            int count = seen[name] = seen.GetValueOrDefault(name) + 1;
            names.Add(count == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} ({count})"));
        }

        return names;
    }

    public void AddLoad(MeasuredModel model)
    {
        _loads.Add(model.LoadSeconds);
        _parameters ??= (model.Parameters, model.ParameterBytes);
        _threads ??= model.Threads;
        _quantized ??= model.Quantized;
    }

    public void SetLoadMemory(long before, long peak) => _loadMemory = (before, peak);

    public void SetMemory(MeasureCase question, long peak, TensorBytes tensors) => _memory[question] = (peak, tensors);

    public void SetHead(IReadOnlyList<double> seconds) => _heads = seconds;

    public void AddAnswer(MeasureCase question, AnswerMeasurement answer)
    {
        if (!_answers.TryGetValue(question, out List<AnswerMeasurement>? answers))
        {
            _answers.Add(question, answers = []);
        }

        answers.Add(answer);
    }

    public ModelFigures ToFigures(string precision) => new()
    {
        Name = Name,
        Folder = Folder,
        Parameters = _parameters?.Count,
        ParameterBytes = _parameters?.Bytes,
        Precision = precision,
        Threads = _threads,
        Quantized = _quantized,
        LoadSeconds = Spread.Of(_loads.Cast<double?>()),
        BeforeLoadResidentBytes = _loadMemory?.Before,
        LoadPeakResidentBytes = _loadMemory?.Peak,
        HeadSeconds = Spread.Of(_heads.Cast<double?>()),
        Cases =
        [
            .. _settings.Cases.Select(question => new CaseFigures
            {
                Case = question,
                PromptTokens = CaseSize.PromptTokens(_config, question),
                PeakResidentBytes = _memory.TryGetValue(question, out (long Peak, TensorBytes Tensors) memory) ? memory.Peak : null,
                Tensors = memory.Tensors,
                Answers = _answers.GetValueOrDefault(question) ?? [],
            }),
        ],
    };
}
