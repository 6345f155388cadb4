using System.Text.Json.Serialization;

namespace Relsim.Scenes;

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
internal sealed partial class SceneJson : JsonSerializerContext;
