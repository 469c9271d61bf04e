using DriveKD.Analysis.Measures;
using DriveKD.Analysis.Observing;
using DriveKD.Data.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Study;

/// <summary>
/// Turns one observed pass into a <see cref="SampleProfile"/>. Of the pass it holds the directions of one hidden state and the measures of the layers so far, and, where
/// that was asked for, the text-to-vision maps. One measurer serves one pass of one sample; dispose it afterwards.
/// </summary>
/// <remarks>Shapes: T tokens, C channels, H heads, S answer positions, V vocabulary.</remarks>
public sealed class SampleMeasurer : ILayerVisitor, IDisposable
{
    private readonly IObservedModel _model;
    private readonly string _sample;
    private readonly string _data;
    private readonly Capability? _capability;
    private readonly MeasureOptions _options;
    private readonly bool _keepsMaps;
    private readonly IReadOnlyList<TextToVisionMaps> _references;

    private readonly Dictionary<StudyKind, List<double>> _values = [];
    private readonly Dictionary<VectorKind, List<float[]>> _vectors = [];
    private readonly List<(double Cosine, double Squared)>[] _distances;
    private readonly List<double> _margins = [];

    private TokenRoles? _roles;
    private PooledStates? _pooling;
    private MapReader? _reader;
    private Tensor? _entropyFactors_T;
    private Tensor? _previous_TC;
    private TextVisionPart? _part;
    private TextToVisionMaps? _maps;
    private int _layers;
    private bool _isSingleHeaded;

    /// <param name="model">The model that is observed.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="options">What the measures leave open; null for the usual.</param>
    /// <param name="data">The data that the sample belongs to; its capability counts for driving data alone.</param>
    /// <param name="references">Other models' maps of the same sample, to which distances are taken; they stay the caller's.</param>
    /// <param name="keepsMaps">The text-to-vision maps are kept for <see cref="TakeMaps"/>.</param>
    /// <exception cref="Data.Errors.InputException">The options cannot be measured with.</exception>
    public SampleMeasurer(
        IObservedModel model,
        Sample sample,
        MeasureOptions? options = null,
        string data = SampleProfile.Driving,
        IReadOnlyList<TextToVisionMaps>? references = null,
        bool keepsMaps = false)
    {
        (_model, _sample, _data, _keepsMaps) = (model, SampleProfile.IdentityOf(sample), data, keepsMaps);
        _capability = data == SampleProfile.Driving ? sample.Capability : null;
        _options = options ?? new MeasureOptions();
        _options.Check();
        _references = references ?? [];
        _distances = [.. _references.Select(_ => new List<(double, double)>())];
    }

    /// <summary>Measures one sample in one model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="options">What the measures leave open; null for the usual.</param>
    /// <param name="data">The data that the sample belongs to.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="Data.Errors.InputException">A picture cannot be read, the model cannot take the sample, or the options cannot be measured with.</exception>
    public static SampleProfile Measure(
        IObservedModel model, Sample sample, MeasureOptions? options = null, string data = SampleProfile.Driving, CancellationToken cancellation = default)
    {
        using SampleMeasurer measurer = new(model, sample, options, data);
        model.Observe(sample, measurer, cancellation);
        return measurer.Finish();
    }

    /// <inheritdoc />
    /// <exception cref="Data.Errors.InputException">A reference has other text and vision tokens.</exception>
    /// <exception cref="InvalidOperationException">The measurer was used before.</exception>
    public void Begin(TokenRoles roles)
    {
        if (_roles is not null)
        {
            throw new InvalidOperationException("A measurer serves one pass.");
        }

        foreach (TextToVisionMaps reference in _references)
        {
            reference.RequireSame(roles, _sample, _model.Name);
        }

        _roles = roles;
    }

    /// <inheritdoc />
    public void OnHidden(int index, Tensor hidden_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // float32: sums over thousands of channels have no room in bfloat16.
        Tensor wide_TC = hidden_TC.to_type(ScalarType.Float32);
        Tensor directions_TC = AdjacentCosine.Directions_TC(wide_TC);
        if (_previous_TC is not null)
        {
            Add(StudyKind.AdjacentCosine, AdjacentCosine.OfDirections(_previous_TC, directions_TC));
            _previous_TC.Dispose();
        }

        _previous_TC = directions_TC.DetachFromDisposeScope();

        _pooling ??= new PooledStates(Roles, hidden_TC.device);
        (float[]? vision, float[] text, float[] prompt) = _pooling.Of(wide_TC);
        if (vision is not null)
        {
            Add(StudyKind.VisionTextCosine, UnitVectors.Cosine(vision, text));
            Add(VectorKind.PooledVision, vision);
        }

        Add(VectorKind.PooledText, text);
        Add(VectorKind.LastPromptToken, prompt);
    }

    /// <inheritdoc />
    public void OnAttention(int layer, Tensor weights_HTT)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        ArgumentOutOfRangeException.ThrowIfNotEqual(layer, _layers);
        _layers++;
        using HeadSums sums = HeadSums.Of(weights_HTT);
        _isSingleHeaded |= sums.Heads < 2;
        if (sums.Heads >= 2)
        {
            Add(StudyKind.HeadAgreement, HeadAgreement.Of(sums));
        }

        _entropyFactors_T ??= MapEntropy.RowFactors_T(Roles.Tokens, weights_HTT.device).DetachFromDisposeScope();
        Add(StudyKind.MapEntropy, MapEntropy.Of(sums.Mean_TT, _entropyFactors_T));
        _reader ??= new MapReader(Roles, _options, weights_HTT.device);
        MapReading reading = _reader.Read(sums.Mean_TT);
        Add(VectorKind.FullMap, reading.Full);
        if (reading.TextToVision is null)
        {
            return;
        }

        Add(VectorKind.TextToVisionMap, reading.TextToVision);
        Add(StudyKind.TextToVisionMass, reading.Mass);
        if (Roles.ObjectVision.Count > 0)
        {
            Add(StudyKind.ObjectShare, ObjectAttention.Share(reading));
            Add(StudyKind.ObjectLift, ObjectAttention.Lift(reading, Roles.ObjectVision.Count, Roles.Vision.Count));
        }

        Compare(layer, sums.Mean_TT);
    }

    /// <inheritdoc />
    public void OnAnswer(int first, Tensor logits_SV)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(first, _margins.Count);
        if (Roles.AnswerPositions.Count >= _options.MarginBins)
        {
            using IDisposable noGrad = no_grad();
            int[] right = [.. Roles.AnswerTokens.Skip(first).Take((int)logits_SV.shape[0])];
            _margins.AddRange(GeneralizedMargin.Of(logits_SV, right, _options.Temperature, _options.Margin));
        }
        else
        {
            _margins.AddRange(Enumerable.Repeat(double.NaN, (int)logits_SV.shape[0]));
        }
    }

    /// <summary>What was measured.</summary>
    /// <exception cref="InvalidOperationException">The pass was not shown whole.</exception>
    public SampleProfile Finish()
    {
        int states = _vectors.GetValueOrDefault(VectorKind.PooledText)?.Count ?? 0;
        if (_layers != _model.Layers || states != _layers + 1 || _margins.Count != Roles.AnswerPositions.Count)
        {
            throw new InvalidOperationException(
                $"The pass of {_sample} showed {states} hidden states, {_layers} of {_model.Layers} attention layers and {_margins.Count} of {Roles.AnswerPositions.Count} answer positions.");
        }

        Dictionary<StudyKind, double[]> values = _values.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray());
        if (_margins.Count >= _options.MarginBins)
        {
            values.Add(StudyKind.GeneralizedMargin, GeneralizedMargin.Bins(_margins, _options.MarginBins, _sample));
        }

        return new SampleProfile
        {
            Model = _model.Name,
            Sample = _sample,
            Data = _data,
            Capability = _capability,
            Layers = _layers,
            Tokens = Roles.Tokens,
            VisionTokens = Roles.Vision.Count,
            AnswerTokens = Roles.AnswerPositions.Count,
            Values = values,
            Vectors = _vectors.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray()),
            Distances =
            [
                .. _references.Zip(_distances).Where(pair => pair.Second.Count > 0).Select(pair => new MapDistances(
                    pair.First.Model, [.. pair.Second.Select(distance => distance.Cosine)], [.. pair.Second.Select(distance => distance.Squared)])),
            ],
            Absences = [.. Absences()],
        };
    }

    /// <summary>Hands over the kept maps: they belong to the caller. Null where none were kept or the sample shows no picture.</summary>
    public TextToVisionMaps? TakeMaps()
    {
        TextToVisionMaps? taken = _maps;
        _maps = null;
        return taken;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _pooling?.Dispose();
        _reader?.Dispose();
        _entropyFactors_T?.Dispose();
        _previous_TC?.Dispose();
        _part?.Dispose();
        _maps?.Dispose();
    }

    private TokenRoles Roles => _roles ?? throw new InvalidOperationException("The pass was not begun.");

    private void Compare(int layer, Tensor mean_TT)
    {
        if (!_keepsMaps && _references.Count == 0)
        {
            return;
        }

        _part ??= new TextVisionPart(Roles, mean_TT.device);
        Tensor map_RV = _part.Of(mean_TT);
        for (int i = 0; i < _references.Count; i++)
        {
            _distances[i].Add(_references[i].DistanceTo(map_RV, layer, _model.Layers));
        }

        if (_keepsMaps)
        {
            _maps ??= new TextToVisionMaps(_model.Name, Roles);
            _maps.Add(map_RV);
        }
    }

    private IEnumerable<Absence> Absences()
    {
        if (Roles.Vision.Count == 0)
        {
            yield return Absence.Pictures;
        }
        else if (Roles.ObjectVision.Count == 0)
        {
            yield return Absence.NamedObject;
        }

        if (Roles.AnswerPositions.Count == 0)
        {
            yield return Absence.Answer;
        }
        else if (Roles.AnswerPositions.Count < _options.MarginBins)
        {
            yield return Absence.AnswerLength;
        }

        if (_isSingleHeaded)
        {
            yield return Absence.SeveralHeads;
        }
    }

    private void Add(StudyKind study, double value) => ListOf(_values, study).Add(value);

    private void Add(VectorKind kind, float[] values) => ListOf(_vectors, kind).Add(UnitVectors.Of(values));

    private static List<TValue> ListOf<TKey, TValue>(Dictionary<TKey, List<TValue>> lists, TKey key)
        where TKey : notnull =>
        lists.TryGetValue(key, out List<TValue>? list) ? list : lists[key] = [];
}
