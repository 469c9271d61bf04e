using System.Text.Json.Nodes;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using DriveKD.Data.Verification;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tests.Support;
using DriveKD.Models.Verification;
using DriveKD.Models.Verification.InternVL;
using DriveKD.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Tests.Verification.InternVL;

/// <summary>
/// A golden folder of a random model and a synthetic picture, recorded from the model itself: whether its numbers are right is
/// for other tests, here they only have to be found again, or missed where a test changed them.
/// </summary>
internal sealed class RecordedGoldens : IDisposable
{
    public const string Checkpoint = "model";
    public const string Picture = "samples/stripes.png";

    private const int Side = 24;

    private readonly TemporaryFolder _folder = new();

    public RecordedGoldens(InternVLConfig? config = null, string layout = InternVLFamily.OpenGVLabLayout, TensorDType dtype = TensorDType.F32, ulong seed = 1)
    {
        ModelPreset preset = new() { Name = "test", Config = (config ?? TestModels.Small) with { Template = InternVL25ChatTemplate.TemplateName }, IsReleased = false };
        ModelCreator.Create(new ModelCreatorOptions { Preset = preset, Folder = _folder[Checkpoint], Layout = layout, DType = dtype, Seed = seed });
        Directory.CreateDirectory(_folder["goldens", Checkpoint]);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["pictures", Picture])!);
        File.WriteAllBytes(_folder["pictures", Picture], PngEncoder.Encode(Stripes()));
        using DisposeScope scope = NewDisposeScope();
        using InternVLModel model = (InternVLModel)ModelLoader.Load(_folder[Checkpoint], new Placement(CPU, ScalarType.Float32));
        BpeTokenizer tokenizer = BpeTokenizer.Load(_folder[Checkpoint]);
        RecordTraining(model, tokenizer);
        RecordChat(model, tokenizer);
        RecordBatch(model, tokenizer);
    }

    public string Folder => _folder.Path;

    public string Pictures => _folder["pictures"];

    public static int Cases => 3;

    public void Dispose() => _folder.Dispose();

    public string PathOf(string name) => _folder["goldens", Checkpoint, name];

    public List<GoldenCheck> Run(Func<string, bool>? wants = null) =>
        [.. InternVLGoldens.Run(Folder, new InternVLGoldenOptions { Pictures = Pictures, Wants = wants ?? (_ => true) })];

    /// <summary>Rewrites the tensors of a case.</summary>
    public void Change(string name, Action<Dictionary<string, Tensor>> change)
    {
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> tensors = [];
        using (SafetensorsFile file = SafetensorsFile.Open(PathOf(name) + ".safetensors"))
        {
            foreach (TensorEntry entry in file.Entries)
            {
                tensors.Add(entry.Name, file.ReadTensor(entry));
            }
        }

        change(tensors);
        SafetensorsWriter.Write(PathOf(name) + ".safetensors", [.. tensors]);
    }

    /// <summary>Rewrites the facts of a case.</summary>
    public void ChangeFacts(string name, Action<JsonObject> change)
    {
        JsonObject facts = JsonNode.Parse(File.ReadAllText(PathOf(name) + ".json"))!.AsObject();
        change(facts);
        File.WriteAllText(PathOf(name) + ".json", facts.ToJsonString());
    }

    private static RgbImage Stripes()
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 90 * 50).Select(i => (byte)((i * 31 / 7) + (i / 270 * 5)))];
        return new RgbImage(90, 50, pixels);
    }

    private void RecordTraining(InternVLModel model, BpeTokenizer tokenizer)
    {
        const string Question = "Is the road ahead free?";
        const string Answer = "Yes, it is.";
        int tokens = model.Config.UsualPicture.Tokens;
        TrainingSequence sequence = new DriveKDTrainingLayout(tokenizer).Build(Question, Answer, [tokens]);
        (Tensor bytes, Tensor pixels) = Pixels(1, (InternVLConfig)model.Config);
        Tensor ids = Row(sequence.TokenIds);
        Tensor mask = tensor(sequence.ImageMask).unsqueeze(0);
        Dictionary<string, Tensor> tensors = Forward(model, pixels, ids, mask, out JsonArray peaks);
        (tensors["pixels_u8"], tensors["pixel_values"], tensors["llm.input_ids"], tensors["llm.image_mask"]) = (bytes, pixels, ids, mask);
        tensors["llm.labels"] = Row(sequence.Labels);
        JsonObject facts = Facts("train", 1, sequence.TokenIds.Length, peaks);
        facts["question"] = Question;
        facts["answer"] = Answer;
        facts["text_blocks"] = new JsonArray([.. sequence.Blocks.Select(block => new JsonArray(block.Text ?? "(image)", block.TokenCount, block.IsSupervised))]);
        RecordLoss(model, tensors, facts);
        Save("train", tensors, facts);
    }

    private static void RecordLoss(InternVLModel model, Dictionary<string, Tensor> tensors, JsonObject facts)
    {
        Parameter[] parameters = [.. model.parameters()];
        Array.ForEach(parameters, parameter => parameter.requires_grad = true);
        Tensor embedded = model.Embed(tensors["llm.input_ids"], tensors["llm.image_mask"], model.EncodeTiles(tensors["pixel_values"]).flatten(0, 1));
        Tensor logits = model.Logits(model.Decode(embedded, SequencePositions.Consecutive(1, (int)embedded.shape[1]))!)[0, ..^1];
        Tensor targets = tensors["llm.labels"][0, 1..];
        Tensor loss = functional.cross_entropy(logits, targets, ignore_index: -100);
        loss.backward();
        float[] losses = [.. functional.cross_entropy(logits, targets, ignore_index: -100, reduction: Reduction.None).detach().data<float>().ToArray().Where(value => value != 0)];
        facts["loss_cross_entropy"] = loss.ToDouble();
        facts["supervised_tokens_after_shift"] = losses.Length;
        facts["token_losses"] = new JsonArray([.. losses.Select(value => JsonValue.Create(value))]);
        Dictionary<string, double> norms = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.grad!.to(ScalarType.Float64).norm().ToDouble());
        facts["gradient_norms"] = new JsonObject(norms.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        facts["gradient_norm_total"] = Math.Sqrt(norms.Values.Sum(norm => norm * norm));
        foreach ((string name, Parameter parameter) in model.named_parameters().Where(pair => pair.name.Contains("norm", StringComparison.Ordinal) || pair.name.EndsWith("qkv.bias", StringComparison.Ordinal)))
        {
            tensors["grad." + name] = parameter.grad!.clone();
        }

        Array.ForEach(parameters, parameter => (parameter.grad, parameter.requires_grad) = (null, false));
    }

    private void RecordChat(InternVLModel model, BpeTokenizer tokenizer)
    {
        const string Question = "<image>\nWhat is ahead?";
        (Tensor bytes, Tensor pixels) = Pixels(3, (InternVLConfig)model.Config);
        ChatPrompt prompt = new InternVL25ChatTemplate(tokenizer).Build([ChatMessage.System("Be brief."), ChatMessage.User(Question)], [3 * model.Config.UsualPicture.Tokens]);
        Tensor ids = Row(prompt.Ids);
        int image = PromptTokens.Resolve(tokenizer).ImageSlotId;
        Tensor mask = tensor(prompt.Ids.Select(id => id == image).ToArray()).unsqueeze(0);
        Dictionary<string, Tensor> all = Forward(model, pixels, ids, mask, out JsonArray peaks);
        Dictionary<string, Tensor> tensors = new()
        {
            ["pixels_u8"] = bytes,
            ["llm.input_ids"] = ids,
            ["llm.image_mask"] = mask,
            ["vit.last_block_tile0"] = all[$"vit.block{model.Config.Tower.Layers - 1:00}"].narrow(0, 0, 1).clone(),
            ["projector.out"] = all["projector.out"],
            ["llm.hidden_last4.02"] = all["llm.hidden.02"][.., ^4..].clone(),
            ["llm.attention_head_mean.01"] = all["llm.attention.01"].mean([1]),
            ["llm.logits_last4"] = all["llm.logits"][.., ^4..].clone(),
        };
        List<Tensor> steps = [];
        GenerationResult result = new TextGenerator(model, image).Generate(
            [new Prompt(prompt.Ids, TestModels.Squares(3))],
            TestModels.Pieces(pixels),
            new GenerationOptions { MaxNewTokens = 7, StopTokens = new HashSet<int>(prompt.StopIds) },
            onLogits: logits_BV => steps.Add(logits_BV[0].clone().DetachFromDisposeScope()));
        (Tensor values, Tensor indices) = topk(stack(steps), 5);
        tensors["generation.token_ids"] = Row(result.TokenIds[0])[0].clone();
        (tensors["generation.top5_ids"], tensors["generation.top5_logits"], tensors["generation.last_step_logits"]) = (indices, values, steps[^1].clone());
        steps.ForEach(step => step.Dispose());
        string text = tokenizer.Decode([.. result.TokenIds[0]], skipSpecialTokens: true);
        JsonObject facts = Facts("chat", 3, prompt.Ids.Length, peaks);
        facts["prompt_with_placeholders"] = prompt.Text;
        facts["generation"] = new JsonObject
        {
            ["new_tokens"] = result.TokenIds[0].Count,
            ["text"] = text,
            ["chat_method_output"] = text.Trim(),
            ["stop_token"] = prompt.StopIds[0],
            ["stopped_early"] = result.Stopped[0],
            ["question_given_to_chat"] = Question,
            ["system_message"] = "Be brief.",
        };
        Save("chat", tensors, facts);
    }

    private void RecordBatch(InternVLModel model, BpeTokenizer tokenizer)
    {
        string image = PictureMarkup.InternVL.Start + string.Concat(Enumerable.Repeat(PictureMarkup.InternVL.Slot, model.Config.UsualPicture.Tokens)) + PictureMarkup.InternVL.End;
        string[] prompts = ["Stop?", $"{image}Is the light on?"];
        int[][] rows = [.. prompts.Select(prompt => tokenizer.Encode(prompt))];
        int length = rows.Max(row => row.Length);
        int contextId = PromptTokens.Resolve(tokenizer).ImageSlotId;
        bool[,] isPadding = new bool[2, length];
        long[,] ids = new long[2, length];
        bool[,] isImage = new bool[2, length];
        for (int b = 0; b < 2; b++)
        {
            for (int t = 0; t < length; t++)
            {
                int at = t - (length - rows[b].Length);
                isPadding[b, t] = at < 0;
                ids[b, t] = at < 0 ? 0 : rows[b][at];
                isImage[b, t] = ids[b, t] == contextId;
            }
        }

        (Tensor bytes, Tensor pixels) = Pixels(1, (InternVLConfig)model.Config);
        using IDisposable noGrad = no_grad();
        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { 1 } });
        Tensor features = model.EncodeTiles(pixels).flatten(0, 1);
        SequencePositions positions = SequencePositions.Padded(isPadding, length);
        Tensor last = model.Logits(model.Decode(model.Embed(tensor(ids), tensor(isImage), features), positions, null, probe)![.., ^1]);
        GenerationResult result = new TextGenerator(model, contextId).Generate(
            [new Prompt(rows[0], []), new Prompt(rows[1], TestModels.Squares(1))],
            TestModels.Pieces(pixels),
            new GenerationOptions { MaxNewTokens = 6, StopTokens = new HashSet<int> { PromptTokens.Resolve(tokenizer).TurnEndId } });
        Dictionary<string, Tensor> tensors = new()
        {
            ["pixels_u8"] = bytes,
            ["input_ids"] = tensor(ids),
            ["attention_mask"] = tensor(isPadding).logical_not().to(ScalarType.Int64),
            ["position_ids"] = positions.ToTensor(CPU),
            ["last_logits"] = last,
            ["last_logits_single_unpadded"] = cat([.. rows.Select((row, b) => model.Logits(model.Decode(
                model.Embed(Row(row), b == 0 ? null : tensor(row.Select(id => id == contextId).ToArray()).unsqueeze(0), b == 0 ? null : features),
                SequencePositions.Consecutive(1, row.Length))![.., ^1]))]),
            ["attention_head_mean.01_last_row"] = probe.Attention[1][.., ^1].clone(),
            ["generated_ids"] = cat([.. result.TokenIds.Select(row => Row(row))]),
        };
        Save("batch", tensors, new JsonObject
        {
            ["prompts"] = new JsonArray([.. prompts.Select(prompt => JsonValue.Create(prompt))]),
            ["images_per_prompt"] = new JsonArray(0, 1),
            ["images_in_order"] = new JsonArray(Picture),
            ["generated_text"] = new JsonArray([.. result.TokenIds.Select(row => JsonValue.Create(tokenizer.Decode([.. row], skipSpecialTokens: true)))]),
        });
    }

    private static Dictionary<string, Tensor> Forward(InternVLModel model, Tensor pixels, Tensor ids, Tensor mask, out JsonArray peaks)
    {
        using IDisposable noGrad = no_grad();
        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        Tensor hidden = model.Decode(model.Embed(ids, mask, model.EncodeTiles(pixels, probe).flatten(0, 1)), SequencePositions.Consecutive(1, (int)ids.shape[1]), null, probe)!;
        Dictionary<string, Tensor> tensors = probe.Stages.ToDictionary(pair => pair.Key, pair => pair.Value.clone());
        int layers = model.Config.Language.Layers;
        tensors.Remove($"llm.hidden.{layers:00}", out Tensor? before);
        tensors[$"llm.hidden.{layers:00}_before_final_norm"] = before!;
        tensors[$"llm.hidden.{layers:00}_after_final_norm"] = hidden;
        tensors["llm.inputs_embeds"] = tensors["llm.hidden.00"].clone();
        tensors["llm.logits"] = model.Logits(hidden);
        peaks = new JsonArray([.. Enumerable.Range(0, layers).Select(layer => JsonValue.Create(tensors[$"llm.attention.{layer:00}"].amax([-1]).mean().ToDouble()))]);
        return tensors;
    }

    private (Tensor Bytes, Tensor Pixels) Pixels(int tiles, InternVLConfig config)
    {
        string file = Path.Combine(Pictures, Picture);
        IReadOnlyList<RgbImage> images = PictureSource.Cut(file, Side, Side, tiles, config.MinTiles, config.MaxTiles, config.UsesThumbnail);
        float[] values = new float[tiles * 3 * Side * Side];
        for (int i = 0; i < tiles; i++)
        {
            PixelNormalization.ImageNet.Write(images[i], values.AsSpan(i * 3 * Side * Side, 3 * Side * Side));
        }

        return (tensor(images.SelectMany(image => image.Pixels).ToArray(), [tiles, Side, Side, 3]), tensor(values, [tiles, 3, Side, Side]));
    }

    private static JsonObject Facts(string name, int tiles, int length, JsonArray peaks) => new()
    {
        ["checkpoint"] = Checkpoint,
        ["case"] = name,
        ["images"] = new JsonArray(Picture),
        ["tiles_per_image"] = new JsonArray(tiles),
        ["sequence_length"] = length,
        ["attention_row_max_mean_by_layer"] = peaks,
    };

    private void Save(string name, Dictionary<string, Tensor> tensors, JsonObject facts)
    {
        facts["tensors"] = new JsonObject(tensors.Select(pair => KeyValuePair.Create<string, JsonNode?>(
            pair.Key, new JsonObject { ["shape"] = new JsonArray([.. pair.Value.shape.Select(size => JsonValue.Create(size))]) })));
        SafetensorsWriter.Write(PathOf(name) + ".safetensors", [.. tensors.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.detach().contiguous()))]);
        File.WriteAllText(PathOf(name) + ".json", facts.ToJsonString());
    }

    private static Tensor Row(IEnumerable<int> ids) => tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0);
}
