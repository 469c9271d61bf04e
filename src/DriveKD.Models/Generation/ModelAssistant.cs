using System.Diagnostics;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Models.Generation.Attention;
using DriveKD.Models.Generation.Prompts;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation;

/// <summary>
/// Answers questions about pictures: a model with its tokenizer, its chat template and its way to prepare pictures, all read from
/// one checkpoint folder. Synchronous; one question at a time.
/// </summary>
/// <remarks>Shapes: R image tokens, C channels, B batch, V vocabulary.</remarks>
public sealed class ModelAssistant : IDisposable
{
    private readonly PromptTokens _tokens;
    private readonly VisionLanguageModel _model;
    private ConversationMemory? _memory;

    private ModelAssistant(string folder, BpeTokenizer tokenizer, IChatTemplate template, IReadOnlyList<int> stopIds, VisionLanguageModel model)
    {
        Folder = folder;
        (Tokenizer, _tokens, _model) = (tokenizer, PromptTokens.Resolve(tokenizer), model);
        Prompts = new PromptBuilder(model.Config, template, _tokens.ImageSlotId);
        Pictures = new PictureEncoder(model);
        Generator = new TextGenerator(model, _tokens.ImageSlotId);
        StopTokens = new HashSet<int>([_tokens.TurnEndId, .. stopIds]);
    }

    /// <summary>The checkpoint folder.</summary>
    public string Folder { get; }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config => _model.Config;

    /// <summary>Where the model computes, and in which dtype.</summary>
    public Placement Placement => _model.Placement;

    /// <summary>How long <see cref="Load"/> took.</summary>
    public double LoadSeconds { get; private init; }

    /// <summary>
    /// Whether features of pictures, and keys and values of the prompt, stay for the next question: where it shows the same pictures and begins
    /// alike, only the rest is read (a few tokens at least, so that a prompt's end is computed as prompts are). An answer then depends on what was
    /// asked before by the rounding of sums in another order, no more.
    /// </summary>
    public bool KeepsPrompts
    {
        get => _memory is not null;
        set
        {
            if (value == KeepsPrompts)
            {
                return;
            }

            _memory?.Dispose();
            _memory = value ? new ConversationMemory(_model, Pictures) : null;
        }
    }

    /// <summary>What stays; null where nothing does.</summary>
    internal ConversationMemory? Memory => _memory;

    /// <summary>The tokenizer.</summary>
    internal BpeTokenizer Tokenizer { get; }

    /// <summary>Questions to prompts.</summary>
    internal PromptBuilder Prompts { get; }

    /// <summary>Pictures to features.</summary>
    internal PictureEncoder Pictures { get; }

    /// <summary>Prompts to answers.</summary>
    internal TextGenerator Generator { get; }

    /// <summary>The ids at which an answer ends.</summary>
    internal IReadOnlySet<int> StopTokens { get; }

    /// <summary>The model; the assistant keeps owning it.</summary>
    internal VisionLanguageModel Model => _model;

    /// <summary>The id that marks image slots.</summary>
    internal int ImageTokenId => _tokens.ImageSlotId;

    /// <summary>Loads a checkpoint folder of any family and layout.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">auto, cpu, cuda or cuda:N.</param>
    /// <param name="precision">float32, bfloat16, or auto: the faster of them on this machine, by a short measurement.</param>
    /// <param name="progress">Told after every stored tensor.</param>
    /// <param name="limits">Areas of pictures in place of the model's own; null for these.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">
    /// The device is not there, or config, tokenizer or weights are missing, broken or do not fit each other.
    /// </exception>
    public static ModelAssistant Load(
        string folder,
        string device = Devices.Automatic,
        string precision = Precisions.Automatic,
        IProgress<LoadProgress>? progress = null,
        PixelLimits? limits = null,
        CancellationToken cancellation = default)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Device place = Devices.Parse(device, "device");
        Precisions.RequireName(precision, "precision");

        // Small files first: a folder without a tokenizer is refused before gigabytes are read.
        ModelConfig config = ModelConfigReader.Read(folder, limits);
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder);
        IChatTemplate template = config.Family.CreateTemplate(folder, config, tokenizer);
        IReadOnlyList<int> stopIds = GenerationConfigFile.ReadStopIds(folder);
        TokenizerFit.Require(folder, config, tokenizer);
        Placement placement = new(place, Precisions.Parse(precision, "precision", place, config));
        VisionLanguageModel model = ModelLoader.Load(folder, config, placement, progress, cancellation: cancellation);
        ComputeThreads.FitTo([config]);
        return new ModelAssistant(folder, tokenizer, template, stopIds, model) { LoadSeconds = watch.Elapsed.TotalSeconds };
    }

    /// <summary>
    /// Decodes with matrices of 8 bits from now on (see <see cref="VisionLanguageModel.QuantizeDecoder"/>): less is read for every token, one byte per
    /// weight more is kept, and answers may differ.
    /// </summary>
    /// <returns>What the rounding changed and what it takes.</returns>
    /// <exception cref="InputException">The model does not compute on the processor, or the environment leaves everything to libtorch.</exception>
    public QuantizedWeights QuantizeDecoder()
    {
        RoundedDecoding.Require(Placement.Device, _model.Kernels.Path, "weights");
        return _model.QuantizeDecoder();
    }

    /// <summary>Answers a question.</summary>
    /// <param name="question">Text and pictures.</param>
    /// <param name="options">How tokens are chosen. Its stop tokens are added to the model's own.</param>
    /// <param name="attention">Which attention is read too; null for none.</param>
    /// <param name="onText">
    /// Told of the answer's text as it is generated, whole characters only; all pieces together are <see cref="Answer.Text"/>.
    /// </param>
    /// <param name="progress">Told what is being done while there is no text.</param>
    /// <param name="cancellation">Ends the answer: what there is by then is returned, with <see cref="StopReason.Cancelled"/>.</param>
    /// <exception cref="InputException">The question or the options are not valid, or too long for the model; nothing was generated.</exception>
    public Answer Answer(
        Question question,
        GenerationOptions options,
        AttentionRequest? attention = null,
        Action<string>? onText = null,
        IProgress<AnswerProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        AnswerClock clock = new();
        options.Validate();
        int attentionLayer = attention?.Layer.Resolve(Config.Language.Layers) ?? 0;
        PreparedPrompt prompt = Prompts.Build(question, options.MaxNewTokens, question.UsesTrainingLayout ? new DriveKDTrainingLayout(Tokenizer) : null);
        RequireRows(attention, prompt);
        AnswerStream stream = new(Tokenizer, onText);
        Tensor? features_RC = null;
        (int Tokens, int Tiles) reused = (0, 0);
        try
        {
            PictureProcessor processor = Prompts.ProcessorFor(question);
            IReadOnlyList<RgbImage> tiles = PictureEncoder.Cut(question.Pictures, processor);
            clock.PicturesAreCut();
            IReadOnlyList<PieceKey> keys = _memory is null ? [] : PieceKey.Of(processor, tiles);
            long encodedBefore = _memory?.EncodedTiles ?? 0;
            features_RC = _memory is null
                ? Pictures.Encode(processor, tiles, progress, cancellation)
                : _memory.Encode(processor, tiles, keys, progress, cancellation);
            clock.PicturesAreEncoded();
            reused.Tiles = _memory is null ? 0 : tiles.Count - (int)(_memory.EncodedTiles - encodedBefore);
            progress?.Report(new AnswerProgress(AnswerStage.Prefill, 0, prompt.Ids.Count));
            StopReason reason = Generate(prompt, features_RC, keys, options, stream, clock, cancellation);
            reused.Tokens = _memory?.Prompt.Reused ?? 0;
            AttentionReading? reading = null;
            if (attention is not null && reason != StopReason.Cancelled)
            {
                progress?.Report(new AnswerProgress(AnswerStage.Attention, 0, prompt.Ids.Count));
                reading = ReadAttention(attention.Rows, attentionLayer, question, prompt, stream.Ids, features_RC!);
                clock.AttentionIsRead();
            }

            return ToAnswer(prompt, stream, reason, clock, reading) with { ReusedTokens = reused.Tokens, ReusedTiles = reused.Tiles };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ToAnswer(prompt, stream, StopReason.Cancelled, clock, reading: null) with { ReusedTokens = reused.Tokens, ReusedTiles = reused.Tiles };
        }
        finally
        {
            features_RC?.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _memory?.Dispose();
        _model.Dispose();
    }

    /// <summary>What can be known before anything is computed: an answer's rows exist only once it is there.</summary>
    private void RequireRows(AttentionRequest? attention, PreparedPrompt prompt)
    {
        if (attention is null)
        {
            return;
        }

        if (prompt.Pictures.Count == 0)
        {
            throw new InputException("attention", "was asked for without a picture to lay it over; give one, or leave it out.");
        }

        if (attention.Rows == AttentionRows.Question)
        {
            TextRows.Find(attention.Rows, prompt.Ids, answerTokens: 0, Tokenizer, _tokens);
        }
    }

    private StopReason Generate(
        PreparedPrompt prompt,
        Tensor? features_RC,
        IReadOnlyList<PieceKey> keys,
        GenerationOptions options,
        AnswerStream stream,
        AnswerClock clock,
        CancellationToken cancellation)
    {
        try
        {
            Prompt whole = new(prompt.Ids, prompt.Pictures);
            GenerationOptions stopping = options with { StopTokens = new HashSet<int>([.. StopTokens, .. options.StopTokens]) };
            void Append(GeneratedToken token) => stream.Append(token.Id);
            void Note(Tensor logits_BV) => clock.LogitsAreThere();
            GenerationResult result = _memory is null
                ? Generator.GenerateFromFeatures([whole], features_RC, stopping, Append, Note, cancellation)
                : Generator.GenerateKeeping(whole, features_RC, _memory.Prompt, keys, stopping, Append, Note, cancellation);
            return result.Stopped[0] ? StopReason.StopToken : StopReason.MaxNewTokens;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return StopReason.Cancelled;
        }
        finally
        {
            clock.AnswerIsComplete();
            stream.Finish();
        }
    }

    private AttentionReading ReadAttention(
        AttentionRows rows, int layer, Question question, PreparedPrompt prompt, IReadOnlyList<int> answerIds, Tensor features_RC)
    {
        int[] positions = TextRows.Find(rows, prompt.Ids, answerIds.Count, Tokenizer, _tokens);
        TextToVisionReader reader = new(_model, _tokens.ImageSlotId);
        TextToVisionMap map = reader.Read([.. prompt.Ids, .. answerIds], prompt.Pictures, features_RC, positions, [layer])[0];
        return new AttentionReading
        {
            Layer = layer,
            Layers = Config.Language.Layers,
            Rows = rows,
            RowCount = positions.Length,
            Pictures = PictureWeights.Split(map.Mean, question.Pictures, prompt.Pictures),
        };
    }

    private static Answer ToAnswer(
        PreparedPrompt prompt, AnswerStream stream, StopReason reason, AnswerClock clock, AttentionReading? reading) => new()
        {
            Text = stream.Text,
            TokenIds = stream.Ids,
            StopReason = reason,
            PromptTokens = prompt.Ids.Count,
            Pictures = prompt.Pictures,
            Timings = clock.ToTimings(),
            Attention = reading,
        };
}
