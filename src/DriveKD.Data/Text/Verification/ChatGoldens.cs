using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text.Chat;
using DriveKD.Data.Text.Training;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Text.Verification;

/// <summary>Compares rendered conversations and training sequences with recorded ones (<c>chat.json</c>).</summary>
internal sealed class ChatGoldens
{
    private readonly BpeTokenizer _qwen;
    private readonly BpeTokenizer _internVL;

    public ChatGoldens(BpeTokenizer qwen, BpeTokenizer internVL) => (_qwen, _internVL) = (qwen, internVL);

    /// <summary>One row per case and stage; a section that is not known is a failed row.</summary>
    public IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        GoldenJson root = new(path, "$", document.RootElement);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw root.Wrong("is not an object");
        }

        foreach (JsonProperty section in document.RootElement.EnumerateObject().Where(section => section.Name != "about"))
        {
            foreach (GoldenJson item in root.Member(section.Name).Items())
            {
                StageTable stages = new();
                try
                {
                    Compare(section.Name, item, stages);
                }
                catch (InputException exception)
                {
                    stages["prompt"].Fail(exception.Message);
                }

                string name = item.Optional("name")?.Text() ?? "(no name)";
                foreach (GoldenCheck check in stages.ToChecks($"chat/{section.Name}/{name}"))
                {
                    yield return check;
                }
            }
        }
    }

    private void Compare(string section, GoldenJson item, StageTable stages)
    {
        switch (section)
        {
            case "internvl2_5":
                CompareOpenGVLab(item, stages);
                break;
            case "internvl_hf":
                ComparePrompt(item, new InternVLHfChatTemplate(_internVL).Build(Messages(item), TileTokens(item), AddsPrompt(item)), stages);
                break;
            case "qwen2.5-vl":
                bool numbersPictures = item.Optional("add_vision_id")?.Boolean() ?? false;
                int[] grid = [.. item.Member("image_grid_thw").Items().Select(GridTokens)];
                ComparePrompt(item, new Qwen25VLChatTemplate(_qwen, numbersPictures).Build(Messages(item), grid, AddsPrompt(item)), stages);
                break;
            case "drive-kd":
                CompareTraining(item, stages);
                break;
            default:
                stages["prompt"].Fail($"the template {section} is not known; it was not compared");
                break;
        }
    }

    private void CompareOpenGVLab(GoldenJson item, StageTable stages)
    {
        List<ChatMessage> messages = [];
        if (item.Optional("system_message") is { } system)
        {
            messages.Add(ChatMessage.System(system.Text()));
        }

        foreach (GoldenJson turn in item.Optional("history")?.Items() ?? [])
        {
            IReadOnlyList<GoldenJson> pair = turn.Items();
            if (pair.Count != 2)
            {
                throw turn.Wrong("is not [question, answer]");
            }

            messages.Add(ChatMessage.User(pair[0].Text()));
            messages.Add(ChatMessage.Assistant(pair[1].Text()));
        }

        messages.Add(ChatMessage.User(item.Member("question").Text()));
        GoldenJson? answer = item.Optional("final_answer");
        if (answer is not null)
        {
            messages.Add(ChatMessage.Assistant(answer.Text()));
        }

        ChatPrompt prompt = new InternVL25ChatTemplate(_internVL).Build(messages, TileTokens(item), addGenerationPrompt: answer is null);
        ComparePrompt(item, prompt, stages);
        stages["stop ids"].CompareLists("stop ids", item.Member("stop_ids").Integers(), prompt.StopIds);
    }

    private static void ComparePrompt(GoldenJson item, ChatPrompt prompt, StageTable stages)
    {
        stages["prompt"].CompareValues("prompt", item.Member("prompt").Text(), prompt.Text);
        if (item.Optional("expanded_prompt") is { } expanded)
        {
            stages["prompt"].CompareValues("expanded prompt", expanded.Text(), prompt.ExpandedText);
        }

        if (item.Optional("expanded_prompt_sha256") is { } digest)
        {
            string actual = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt.ExpandedText)));
            stages["prompt"].CompareValues("SHA-256 of the expanded prompt", digest.Text(), actual);
        }

        stages["ids"].CompareLists("ids", item.Member("ids").RunLengthIntegers(), prompt.Ids);
        stages["ids"].CompareValues("number of ids", item.Member("num_ids").Integer(), prompt.Ids.Length);
    }

    private void CompareTraining(GoldenJson item, StageTable stages)
    {
        GoldenJson record = item.Member("record");
        string[] images = [.. record.Optional("images")?.Items().Select(image => image.Text()) ?? []];
        int[] counts = [.. images.Select(_ => item.Member("image_tokens_per_image").Integer())];
        bool isOpen = item.Member("open_ending").Boolean();
        string question = TrainingText(record, "question", "user");
        string? answer = isOpen ? null : TrainingText(record, "answer", "assistant");
        TrainingSequence sequence = new DriveKDTrainingLayout(_internVL, PlaceholderSplitting.AsReleased).Build(question, answer, counts, images);

        IReadOnlyList<GoldenJson> blocks = item.Member("blocks").Items();
        stages["blocks"].CompareLists("blocks", [.. blocks.Select(ExpectedBlock)], [.. sequence.Blocks.Select(ActualBlock)]);
        int[] textIds = [.. sequence.TokenIds.Where((_, position) => !sequence.ImageMask[position])];
        stages["blocks"].CompareLists("ids of the text blocks", [.. blocks.SelectMany(block => block.Optional("ids")?.Integers() ?? [])], textIds);

        int[] ids = [.. sequence.TokenIds.Select((id, position) => sequence.ImageMask[position] ? -1 : id)];
        stages["ids"].CompareLists("ids", item.Member("ids").RunLengthIntegers(), ids);
        stages["ids"].CompareValues("number of ids", item.Member("num_ids").Integer(), ids.Length);
        stages["labels"].CompareLists("labels", item.Member("labels").RunLengthIntegers(), sequence.Labels);
        stages["labels"].CompareValues(
            "positions in the loss", item.Member("num_loss_positions").Integer(), sequence.Labels.Count(label => label != TrainingSequence.NotSupervised));
    }

    private static string ExpectedBlock(GoldenJson block) => block.Optional("image_index") is { } image
        ? $"picture {image.Integer()}"
        : $"{(block.Member("in_loss").Boolean() ? "supervised " : "")}text {block.Member("text").Text()}";

    private static string ActualBlock(TrainingBlock block) =>
        block.ImageIndex is { } image ? $"picture {image}" : $"{(block.IsSupervised ? "supervised " : "")}text {block.Text}";

    // A record has its question and answer as keys, or as the first message of the role.
    private static string TrainingText(GoldenJson record, string key, string role)
    {
        if (record.Optional("question") is not null && record.Optional("answer") is not null)
        {
            return record.Member(key).Text();
        }

        GoldenJson? message = record.Member("messages").Items().FirstOrDefault(message => message.Member("role").Text() == role);
        return message?.Member("content").Text() ?? throw record.Wrong($"has no {role} message");
    }

    private static List<ChatMessage> Messages(GoldenJson item)
    {
        List<ChatMessage> messages = [];
        foreach (GoldenJson message in item.Member("messages").Items())
        {
            GoldenJson roleMember = message.Member("role");
            ChatRole role = roleMember.Text() switch
            {
                "system" => ChatRole.System,
                "user" => ChatRole.User,
                "assistant" => ChatRole.Assistant,
                _ => throw roleMember.Wrong("is not system, user or assistant"),
            };
            GoldenJson content = message.Member("content");
            ChatPart[] parts = content.Element.ValueKind == JsonValueKind.String ? [ChatPart.Of(content.Text())] : [.. content.Items().Select(Part)];
            messages.Add(new ChatMessage(role, parts));
        }

        return messages;
    }

    private static ChatPart Part(GoldenJson part) => part.Member("type").Text() switch
    {
        "text" => ChatPart.Of(part.Member("text").Text()),
        "image" => ChatPart.Image,
        _ => throw part.Wrong("is neither text nor image"),
    };

    private static bool AddsPrompt(GoldenJson item) => item.Member("add_generation_prompt").Boolean();

    private static int[] TileTokens(GoldenJson item)
    {
        GoldenJson perTileMember = item.Member("image_tokens_per_tile");
        int perTile = perTileMember.Integer();
        return [.. item.Member("tiles_per_image").Integers().Select(tiles => Product(perTileMember, tiles, perTile))];
    }

    // Four neighbouring patches are one token.
    private static int GridTokens(GoldenJson grid)
    {
        int[] sizes = grid.Integers();
        return sizes.Length == 3 ? Product(grid, sizes) / 4 : throw grid.Wrong("is not [frames, rows, columns]");
    }

    private static int Product(GoldenJson source, params int[] factors)
    {
        const long MostTokens = 10_000_000;
        long product = 1;
        foreach (int factor in factors)
        {
            product = factor is > 0 && product * factor <= MostTokens ? product * factor : throw source.Wrong("gives an impossible number of image tokens");
        }

        return (int)product;
    }
}
