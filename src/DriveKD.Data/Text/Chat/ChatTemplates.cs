using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text.Files;

namespace DriveKD.Data.Text.Chat;

/// <summary>Picks the chat template that a checkpoint was trained with.</summary>
public static class ChatTemplates
{
    /// <summary>The template that the folder's <c>config.json</c> asks for.</summary>
    /// <param name="folder">The checkpoint folder.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <exception cref="InputException">The config is missing or broken, or names a family or template that is not known.</exception>
    public static IChatTemplate ForCheckpoint(string folder, BpeTokenizer tokenizer)
    {
        string path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
        {
            throw new InputException(path, "is missing; a checkpoint folder with a config.json was expected.");
        }

        using JsonDocument config = TokenizerFile.ReadObject(path);
        string? family = Text(config, "model_type");
        return family switch
        {
            "internvl_chat" => OpenGVLab(path, config, tokenizer),
            "internvl" => new InternVLHfChatTemplate(tokenizer),
            "qwen2_5_vl" => new Qwen25VLChatTemplate(tokenizer),
            _ => throw new InputException(
                path, $"model_type is {Shown(family)}; chat templates are known for internvl_chat, internvl and qwen2_5_vl."),
        };
    }

    private static InternVL25ChatTemplate OpenGVLab(string path, JsonDocument config, BpeTokenizer tokenizer)
    {
        string? template = Text(config, "template");
        return template == InternVL25ChatTemplate.TemplateName
            ? new InternVL25ChatTemplate(tokenizer, Text(config, "system_message"))
            : throw new InputException(path, $"template is {Shown(template)}; the one known is \"{InternVL25ChatTemplate.TemplateName}\".");
    }

    private static string? Text(JsonDocument config, string key) =>
        config.RootElement.TryGetProperty(key, out JsonElement value) ? TokenizerFile.TextOrNull(value) : null;

    private static string Shown(string? value) => value is null ? "missing or no text" : $"\"{value}\"";
}
